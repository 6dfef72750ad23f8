import { type ClientRequest, request } from 'node:http';

/** Somebody of staff who is signed in. */
export interface BenchStaff {
  readonly id: string;
  readonly cookie: string;
  readonly csrf: string;
}

/** When a stream first told of a chat as far as a turn. */
export interface Streams {
  /** Milliseconds from `sentAtMs` until each stream told of that turn, or a later one; absent ones are counted as lost. */
  waitsOf(conversationId: string, seq: number, sentAtMs: number): { readonly waits: number[]; readonly lost: number };
  close(): void;
}

const ROW = /"type":"row","row":\{"conversationId":"([a-z2-7]+)","lastSeq":(\d+)/;

/** Opens one stream each. @returns resolves once all of them are open */
export async function openStreams(port: number, staff: readonly BenchStaff[]): Promise<Streams> {
  /** By stream, by chat: what was told, in order. */
  const told = staff.map(() => new Map<string, { readonly seq: number; readonly atMs: number }[]>());
  const requests: ClientRequest[] = [];
  await Promise.all(
    staff.map(
      ({ cookie }, index) =>
        new Promise<void>((resolve, reject) => {
          const headers = { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' };
          const asked = request({ port, host: '127.0.0.1', path: '/api/staff/live', headers }, (response) => {
            if (response.statusCode !== 200) return reject(new Error(`a stream was answered ${response.statusCode}`));
            response.setEncoding('utf8');
            let text = '';
            response.on('data', (piece: string) => {
              const atMs = performance.now();
              text += piece;
              const whole = text.lastIndexOf('\n\n');
              if (whole < 0) return;
              for (const event of text.slice(0, whole).split('\n\n')) note(told[index], event, atMs);
              text = text.slice(whole + 2);
            });
            response.on('error', () => undefined);
            return resolve();
          });
          asked.on('error', reject);
          asked.end();
          requests.push(asked);
        }),
    ),
  );
  return {
    waitsOf(conversationId, seq, sentAtMs) {
      const first = told.map((chats) => chats.get(conversationId)?.find((each) => each.seq >= seq));
      const waits = first.flatMap((each) => (each ? [each.atMs - sentAtMs] : []));
      return { waits, lost: first.length - waits.length };
    },
    close() {
      for (const each of requests) each.on('error', () => undefined).destroy();
    },
  };
}

function note(
  chats: Map<string, { readonly seq: number; readonly atMs: number }[]> | undefined,
  event: string,
  atMs: number,
): void {
  const [, conversationId, seq] = ROW.exec(event) ?? [];
  if (!chats || conversationId === undefined) return;
  const known = chats.get(conversationId) ?? [];
  known.push({ seq: Number(seq), atMs });
  chats.set(conversationId, known);
}
