export interface TextPart {
  readonly text: string;
  /** Set for what may be clicked; always equal to `text`. */
  readonly href?: string;
}

// plain ASCII host: a name that only looks like another one stays text
const LINK = /https?:\/\/[a-z0-9][a-z0-9.-]*(?::\d+)?(?:[/?#][^\s<>"'\u202a-\u202e\u2066-\u2069]*)?/gi;
const PUNYCODE = /\/\/([^/]*\.)?xn--/i;
const CLOSING = /[.,;:!?)\]]+$/;
/** What may stand directly behind an address; more (`http://bank.id:x@evil.id`) hides where it leads. */
const MAY_FOLLOW = /^[.,;:!?)\]>"']*$/;

/** Splits a text into what is read and what may be clicked: http(s) addresses, nothing else. */
export function splitLinks(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (let found = LINK.exec(text); found; found = LINK.exec(text)) {
    const href = found[0].replace(CLOSING, '');
    const behind = text.slice(found.index + found[0].length).split(/\s/, 1)[0] ?? '';
    if (PUNYCODE.test(href) || !MAY_FOLLOW.test(behind)) continue;
    if (found.index > from) parts.push({ text: text.slice(from, found.index) });
    parts.push({ text: href, href });
    from = found.index + href.length;
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from) });
  return parts;
}
