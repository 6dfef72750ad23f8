import type { Attachment } from '../../messages/message.js';
import type { Answer, Answers, Guess, Moment, Place } from '../state.js';

/** Most files one report takes; more belong to a person. */
export const MAX_FILES = 10;

/** Answers come back from storage, perhaps written by an older flow: each is looked at before it is believed. */
export function textAnswer(answer: Answer | undefined): string {
  return typeof answer === 'string' ? answer : '';
}

export function filesAnswer(answer: Answer | undefined): readonly Attachment[] {
  return Array.isArray(answer) ? (answer as readonly Attachment[]) : [];
}

export function guessAnswer(answer: Answer | undefined): Guess | undefined {
  return isTyped<Guess>(answer, 'guess') ? answer : undefined;
}

export function placeAnswer(answer: Answer | undefined): Place | undefined {
  return isTyped<Place>(answer, 'place') ? answer : undefined;
}

export function momentAnswer(answer: Answer | undefined): Moment | undefined {
  return isTyped<Moment>(answer, 'moment') ? answer : undefined;
}

/** Adds files that aren't there yet, up to {@link MAX_FILES}. */
export function addFiles(before: readonly Attachment[], more: readonly Attachment[]): readonly Attachment[] {
  const known = new Set(before.map(fileKey));
  return [...before, ...more.filter((file) => !known.has(fileKey(file)))].slice(0, MAX_FILES);
}

/** One answer, or one field of it (`guess.kind`). */
export function answerAt(answers: Answers, path: string): unknown {
  const dot = path.indexOf('.');
  if (dot < 0) return Object.hasOwn(answers, path) ? answers[path] : undefined;
  const answer = answers[path.slice(0, dot)];
  const field = path.slice(dot + 1);
  return typeof answer === 'object' && Object.hasOwn(answer, field)
    ? (answer as unknown as Record<string, unknown>)[field]
    : undefined;
}

function isTyped<T extends { readonly type: string }>(answer: unknown, type: T['type']): answer is T {
  return typeof answer === 'object' && answer !== null && 'type' in answer && answer.type === type;
}

function fileKey(file: Attachment): string {
  return file.fileId ?? file.platformRef ?? '';
}
