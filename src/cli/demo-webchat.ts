import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const Session = z.object({ token: z.string() });
const Uploaded = z.object({ attachment: z.object({ fileId: z.string() }) });
const Entry = z.object({
  seq: z.number(),
  part: z.number(),
  from: z.enum(['citizen', 'bot', 'staff']),
  text: z.string(),
  step: z.string().optional(),
  receipt: z.object({ number: z.string() }).optional(),
});
const Entries = z.object({ entries: z.array(Entry) });
type Entry = z.infer<typeof Entry>;

/** One chat on the web chat of a running service, as its page has it. */
export interface WebChat {
  /** @throws {Error} when the service refuses it */
  say(text: string, fileIds?: readonly string[]): Promise<void>;
  /** @returns the id to send it by */
  upload(picture: Buffer): Promise<string>;
  /** The step that asked last. */
  step(): string | undefined;
  receipt(): { readonly number: string } | undefined;
  /** Reads what is new; whether staff wrote something since. */
  hasStaffReply(): Promise<boolean>;
}

export async function createWebChat(url: string): Promise<WebChat> {
  const { token } = Session.parse(await post('/sessions', {}));
  let seen = 0;
  let last: Entry | undefined;
  let receipt: { readonly number: string } | undefined;

  async function call(path: string, init: RequestInit): Promise<unknown> {
    const response = await fetch(`${url}/api/webchat${path}`, init);
    if (!response.ok) throw new Error(`web chat answered ${response.status} to ${init.method ?? 'GET'} ${path}`);
    return response.json();
  }

  function post(path: string, body: unknown, authorization?: string): Promise<unknown> {
    const headers = { 'Content-Type': 'application/json', ...(authorization ? { Authorization: authorization } : {}) };
    return call(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  function take(entries: readonly Entry[]): void {
    for (const entry of entries) {
      seen = Math.max(seen, entry.seq);
      if (entry.from === 'bot') last = entry;
      receipt = entry.receipt ?? receipt;
    }
  }

  const bearer = `Bearer ${token}`;
  return {
    async say(text, fileIds = []) {
      const body = { key: randomUUID(), text, seenSeq: seen, ...(fileIds.length > 0 ? { attachments: fileIds } : {}) };
      last = undefined;
      take(Entries.parse(await post('/messages', body, bearer)).entries);
    },
    async upload(picture) {
      const headers = { 'Content-Type': 'image/jpeg', Authorization: bearer };
      const made = await call('/files', { method: 'POST', headers, body: new Uint8Array(picture) });
      return Uploaded.parse(made).attachment.fileId;
    },
    step: () => last?.step,
    receipt: () => receipt,
    async hasStaffReply() {
      const found = await call(`/messages?after=${seen}`, { headers: { Authorization: bearer } });
      const { entries } = Entries.parse(found);
      take(entries);
      return entries.some(({ from }) => from === 'staff');
    },
  };
}
