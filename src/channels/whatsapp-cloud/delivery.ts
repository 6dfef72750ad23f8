import { type CloudContact, ContactSchema, ErrorSchema } from './message-schema.js';

/** What one webhook call holds, taken apart so that each piece can succeed or fail alone. */
export type Element =
  | { readonly type: 'message'; readonly raw: unknown; readonly contacts: readonly CloudContact[] }
  | { readonly type: 'status'; readonly raw: unknown }
  /** Trouble that Meta reports outside any message. */
  | { readonly type: 'error'; readonly code: number }
  /** News of the account: a review of a template, a quality rating, a ban. */
  | { readonly type: 'news'; readonly field: string }
  /** For a number that isn't ours: two services share one app, or the number's id is wrong in our settings. */
  | { readonly type: 'other_number'; readonly phoneNumberId: string }
  /** To be kept for a person to look at. */
  | { readonly type: 'unreadable'; readonly raw: unknown; readonly reason: string };

/**
 * Takes a webhook body apart: `entry[] x changes[] x (messages[] + statuses[])`. Pure and total: whatever the body
 * holds, this returns, and what is missing or empty is simply nothing.
 *
 * @param account the phone number id that is ours
 */
export function elementsOf(body: unknown, account: string): readonly Element[] {
  if (!isRecord(body)) return [];
  return listOf(body['entry'], 'entry', (entry) =>
    isRecord(entry)
      ? listOf(entry['changes'], 'changes', (change) => elementsOfChange(change, account))
      : [unreadable(entry, 'entry')],
  );
}

function elementsOfChange(change: unknown, account: string): readonly Element[] {
  if (!isRecord(change)) return [unreadable(change, 'change')];
  const { field, value } = change;
  if (typeof field === 'string' && field !== 'messages')
    return [{ type: 'news', field: field.slice(0, MAX_WORD_CHARS) }];
  if (value === undefined) return [];
  if (!isRecord(value)) return [unreadable(change, 'value')];

  const contacts = contactsOf(value['contacts']);
  const elements: readonly Element[] = [
    ...listOf(value['messages'], 'messages', (raw): Element[] => [{ type: 'message', raw, contacts }]),
    ...listOf(value['statuses'], 'statuses', (raw): Element[] => [{ type: 'status', raw }]),
    ...listOf(value['errors'], 'errors', (raw): Element[] => {
      const error = ErrorSchema.safeParse(raw);
      return error.success ? [{ type: 'error', code: error.data.code }] : [];
    }),
  ];
  if (elements.length === 0) return [];
  const phoneNumberId = isRecord(value['metadata']) ? value['metadata']['phone_number_id'] : undefined;
  if (typeof phoneNumberId !== 'string') return [unreadable(change, 'phone_number_id')];
  if (phoneNumberId !== account)
    return [{ type: 'other_number', phoneNumberId: phoneNumberId.slice(0, MAX_WORD_CHARS) }];
  return elements;
}

/** Words that may reach a log; real ones are shorter. */
const MAX_WORD_CHARS = 64;

function contactsOf(raw: unknown): readonly CloudContact[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((each) => {
    const parsed = ContactSchema.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
}

function listOf(raw: unknown, name: string, take: (item: unknown) => readonly Element[]): readonly Element[] {
  if (raw === undefined || raw === null) return [];
  return Array.isArray(raw) ? raw.flatMap(take) : [unreadable(raw, name)];
}

function unreadable(raw: unknown, reason: string): Element {
  return { type: 'unreadable', raw, reason };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
