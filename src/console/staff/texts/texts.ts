import { en } from './en.js';
import { id } from './id.js';

export type Texts = Readonly<Record<keyof typeof id, string>>;
export type TextKey = keyof typeof id;

export const TEXTS: Readonly<Record<'id' | 'en', Texts>> = { id, en };

/** Puts values in place of `{name}`. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The text of a key made from data (an error code, a reason); `otherwise` when there is none. */
export function textOr(texts: Texts, key: string, otherwise: string): string {
  return Object.hasOwn(texts, key) ? texts[key as TextKey] : otherwise;
}
