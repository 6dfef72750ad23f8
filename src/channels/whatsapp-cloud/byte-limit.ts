import { type Readable, Transform } from 'node:stream';
import type { Clock } from '../../core/clock.js';

export interface Limited {
  readonly body: Readable;
  /** What stopped it, if something did. */
  failure(): Error | undefined;
  /** Lets go of timers and of a source that wasn't read to its end. */
  end(): void;
}

/** Passes a stream on, and stops it when there is too much of it, when it falls silent, or when it is given up. */
export function createByteLimit(
  source: Readable,
  options: {
    readonly maxBytes: number;
    readonly tooLarge: () => Error;
    readonly stallMs: number;
    readonly stalled: (cause: unknown) => Error;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): Limited {
  const { maxBytes, clock, signal } = options;
  let sizeBytes = 0;
  let failure: Error | undefined;
  let cancel: () => void = () => undefined;

  const fail = (error: Error) => {
    failure ??= error;
    body.destroy(failure);
    source.destroy();
  };
  const watch = () => {
    cancel();
    cancel = clock.after(options.stallMs, () => fail(options.stalled('silence')));
  };
  const body = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      watch();
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBytes) return callback(null, chunk);
      failure ??= options.tooLarge();
      return callback(failure);
    },
  });
  const abort = () => fail(options.stalled('given up'));

  // a body that fails before anybody reads it must not end the process
  body.on('error', () => undefined);
  source.on('error', (error) => fail(options.stalled(error)));
  signal.addEventListener('abort', abort);
  source.pipe(body);
  watch();

  return {
    body,
    failure: () => failure,
    end() {
      cancel();
      signal.removeEventListener('abort', abort);
      source.destroy();
    },
  };
}
