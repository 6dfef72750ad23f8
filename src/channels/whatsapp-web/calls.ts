import type { Clock } from '../../core/clock.js';
import { SessionFailure, type SessionFailureCode } from './errors.js';
import { ANSWERS, type Answer, type Call, type CallOf, type FromChild, type ToChild } from './wire.js';

interface Open {
  readonly kind: Call['do'];
  readonly resolve: (value: unknown) => void;
  readonly reject: (failure: SessionFailure) => void;
}

/** The calls that one life of the child has open. */
export interface Calls {
  /** @throws {SessionFailure} */
  make<K extends Call['do']>(call: CallOf<K>, timeoutMs: number): Promise<Answer<K>>;
  settle(message: Extract<FromChild, { type: 'answer' | 'failed' }>): void;
  /** The child ended: nothing will be answered any more. */
  failAll(code: SessionFailureCode): void;
}

export function createCalls(clock: Clock, post: (message: ToChild) => void): Calls {
  const open = new Map<number, Open>();
  let lastId = 0;

  const make = (call: Call, timeoutMs: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      const cancel = clock.after(timeoutMs, () => {
        open.delete(id);
        reject(new SessionFailure('timeout', `no answer to ${call.do} in ${timeoutMs} ms`));
      });
      const done = () => {
        cancel();
        open.delete(id);
      };
      open.set(id, {
        kind: call.do,
        resolve: (value) => {
          done();
          resolve(value);
        },
        reject: (failure) => {
          done();
          reject(failure);
        },
      });
      post({ type: 'call', id, call });
    });

  return {
    // what an answer must be follows from the call; the schema sees to it in `settle`
    make: make as Calls['make'],

    settle(message) {
      const call = open.get(message.id);
      if (!call) return;
      if (message.type === 'failed') return call.reject(new SessionFailure(message.code, message.detail));
      const parsed = ANSWERS[call.kind].safeParse(message.value);
      if (parsed.success) call.resolve(parsed.data);
      else call.reject(new SessionFailure('failed', `the answer to ${call.kind} could not be read`));
    },

    failAll(code) {
      for (const call of [...open.values()]) call.reject(new SessionFailure(code, 'the browser process ended'));
    },
  };
}
