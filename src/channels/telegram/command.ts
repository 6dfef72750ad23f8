const COMMAND = /^\/([a-z][a-z0-9_]{0,31})(?:@([a-z]\w{2,31}))?(?:\s+(.*))?$/is;
const DEEP_LINK = /^[\w-]{1,64}$/;

/**
 * Reads `/start <payload>` and `/command@OurBot`. What isn't one of them is undefined and stays text as it was written,
 * a command for another bot too.
 *
 * @returns `text` as it counts: `/start` alone, the words after `/start` when they are no deep link, else the command
 *   without our name
 */
export function readCommand(
  text: string,
  username: string | undefined,
): { text: string; payload?: string } | undefined {
  const [, name, addressee, rest = ''] = COMMAND.exec(text.trim()) ?? [];
  if (name === undefined) return undefined;
  if (addressee !== undefined && addressee.toLowerCase() !== username?.toLowerCase()) return undefined;
  if (name.toLowerCase() !== 'start') return { text: `/${name}${rest ? ` ${rest}` : ''}` };
  if (rest === '') return { text: '/start' };
  return DEEP_LINK.test(rest) ? { text: '/start', payload: rest } : { text: rest };
}
