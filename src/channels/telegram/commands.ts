import type { Logger } from '../../core/log.js';
import type { TelegramApi } from './api.js';

/** One line of the menu that Telegram shows beside the text field. */
export interface Command {
  /** Without the slash: 1 to 32 of `a-z 0-9 _`. */
  readonly command: string;
  readonly description: string;
}

/** Puts the commands into the menu. People can type them either way, so a failure is only logged. */
export function offerCommands(api: TelegramApi, log: Logger, commands: readonly Command[]): void {
  if (commands.length === 0) return;
  api.call('setMyCommands', { commands }).catch((error: unknown) => {
    log.warn({ channel: 'telegram', err: error }, 'menu could not be set');
  });
}
