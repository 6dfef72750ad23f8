import type { App } from '../app.js';

export const MESSAGE_USAGE = `  dead                   lists messages that will not arrive, with the reason, of the last 30 days
  resend ID              owes one of them again, at the end of its conversation
`;

const LISTED_DAYS = 30;
const MAX_LISTED = 500;

/** Runs a command about messages given up. @returns what to print, or undefined when it is none of these */
export async function runMessageCommand(
  { conversations }: Pick<App, 'conversations'>,
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
  return undefined;
}
