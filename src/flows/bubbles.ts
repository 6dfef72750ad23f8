import type { Bubble, BubbleKind } from '../messages/message.js';
import type { Texts } from './i18n.js';
import type { FlowEffect, Locale } from './state.js';
import type { Reply } from './step.js';

/** A bubble, and how the sender must treat it. */
export interface FlowBubble extends Bubble {
  readonly kind: BubbleKind;
}

/**
 * What a turn's effects look like to the citizen: danger numbers first, each a bubble of its own, then everything else
 * in one bubble, because a phone that buzzes four times for one message is a nuisance.
 *
 * Options stand in the text too, numbered: not every channel has buttons, and people answer "2".
 */
export function toBubbles(effects: readonly FlowEffect[], locale: Locale, texts: Texts): FlowBubble[] {
  const replies = effects.filter((effect) => effect.type === 'reply');
  const urgent = replies.filter((reply) => reply.urgent).map((reply) => merge([reply], locale, texts, 'urgent'));
  const rest = replies.filter((reply) => !reply.urgent);
  if (rest.length === 0) return urgent;
  const isPrompt = rest.every((reply) => reply.note || isQuestion(reply)) && rest.some(isQuestion);
  return [...urgent, merge(rest, locale, texts, isPrompt ? 'prompt' : 'reply')];
}

function merge(replies: readonly Reply[], locale: Locale, texts: Texts, kind: BubbleKind): FlowBubble {
  const text = replies.map((reply) => textOf(reply, locale, texts)).join('\n\n');
  // of several questions in one turn only the last is open
  const last = replies.findLast(isQuestion);
  const receiptFor = replies.find((reply) => reply.receiptFor)?.receiptFor;
  return {
    text,
    ...(last?.options?.length ? { options: last.options } : {}),
    ...(last?.expect ? { expect: last.expect } : {}),
    ...(last?.step ? { step: last.step } : {}),
    ...(receiptFor ? { receiptFor } : {}),
    kind,
  };
}

function textOf(reply: Reply, locale: Locale, texts: Texts): string {
  const text = texts.format(locale, reply.text, reply.params).trim();
  if (!reply.options?.length) return text;
  const lines = reply.options.map((option, index) => `${index + 1}. ${option.label}`);
  return `${text}\n\n${lines.join('\n')}`;
}

function isQuestion(reply: Reply): boolean {
  return reply.expect !== undefined && reply.expect !== 'nothing';
}
