import type { App } from '../app.js';
import { createQuarantineReads } from '../conversations/quarantine.js';

export const MESSAGE_USAGE = `  dead                   lists messages that will not arrive, with the reason, of the last 30 days
  resend ID              owes one of them again, at the end of its conversation
  quarantine             lists deliveries of the platforms that no message could be made of, of the last 30 days
  quarantine ID          shows one of them, word for word
`;

const LISTED_DAYS = 30;
const MAX_LISTED = 500;

/** Runs a command about messages given up. @returns what to print, or undefined when it is none of these */
export async function runMessageCommand(
  { conversations, connection, keys }: Pick<App, 'conversations' | 'connection' | 'keys'>,
  now: Date,
  [command, argument]: readonly string[],
): Promise<string | undefined> {
  if (command === 'dead') {
    const since = new Date(now.getTime() - LISTED_DAYS * 24 * 60 * 60 * 1000);
    const listed = await conversations.deadLetters.list(since, MAX_LISTED);
    return (
      listed
        .map(({ at, lane, kind, reason, id }) => `${at.toISOString()}  ${lane}  ${kind}  ${reason}  ${id}\n`)
        .join('') || 'none\n'
    );
  }
  if (command === 'resend' && argument) {
    await conversations.deadLetters.resend(argument);
    return 'owed again; the service sends it\n';
  }
  if (command === 'quarantine') {
    const kept = createQuarantineReads({ db: connection.getClient().db(connection.name), keys });
    if (argument) return `${(await kept.open(argument)) ?? 'none of that id'}\n`;
    const listed = await kept.list(MAX_LISTED);
    return (
      listed.map(({ _id, at, lane, reason }) => `${at.toISOString()}  ${lane}  ${reason}  ${_id}\n`).join('') ||
      'none\n'
    );
  }
  return undefined;
}
