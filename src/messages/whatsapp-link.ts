import type { ChatLink } from './message.js';

/** WhatsApp's links carry no payload but a text that the person sends: this word makes it one. */
const WORD = 'TAUTKAN-';
const SENT = /^TAUTKAN-([A-Za-z0-9_-]{1,64})$/i;

/** @param digits the number with its country, without `+`. The token goes in as it stands. */
export function whatsappLink(digits: string, token: string): ChatLink {
  return { name: 'WhatsApp', url: `https://wa.me/${digits}?text=${WORD}${token}` };
}

/** What such a link brought along; undefined for any other text. Phones like to capitalise, and tokens are lower-case. */
export function payloadOfText(text: string): string | undefined {
  return SENT.exec(text.trim())?.[1]?.toLowerCase();
}
