import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';

/** How often the same trouble is written to the log; counters see every one. */
const REPEAT_AFTER_MS = 10 * 60 * 1000;

/** What is worth counting. Those in {@link ALERTS} want a person. */
export type SignalName =
  | 'verification_refused'
  | 'signature_refused'
  | 'too_large'
  | 'redelivery_asked'
  | 'other_number'
  | 'too_old'
  | 'quarantined'
  | 'delivery_failed'
  | 'account_news'
  | 'account_error'
  | 'send_needs_person'
  | 'buttons_refused';

const ALERTS: ReadonlySet<SignalName> = new Set([
  'other_number',
  'account_news',
  'account_error',
  'send_needs_person',
  'buttons_refused',
]);

/** @param detail a code or a field's name: what may be logged and counted by, never a citizen's words or number */
export type Signal = (name: SignalName, detail?: string) => void;

/**
 * Counts every signal through `onSignal`, and logs and tells each alert once in ten minutes, so that a flood fills neither
 * a disk nor anybody's screen.
 */
export function createSignals(deps: {
  readonly lane: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly onSignal?: Signal;
  readonly onAlert?: Signal;
}): Signal {
  const loggedAtMs = new Map<string, number>();

  return (name, detail) => {
    deps.onSignal?.(name, detail);
    if (!ALERTS.has(name)) return;
    const key = `${name} ${detail ?? ''}`;
    const nowMs = deps.clock.monotonicMs();
    const before = loggedAtMs.get(key);
    if (before !== undefined && nowMs - before < REPEAT_AFTER_MS) return;
    if (loggedAtMs.size >= MAX_KEYS) loggedAtMs.clear();
    loggedAtMs.set(key, nowMs);
    deps.onAlert?.(name, detail);
    deps.log.error({ lane: deps.lane, signal: name, detail }, 'whatsapp needs attention');
  };
}

const MAX_KEYS = 1000;
