import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { AppError } from '../../core/errors.js';
import type { Actor } from '../../staff/actor.js';
import type { Answer, Answers } from '../../staff/answers.js';
import type { Gate } from './gate.js';
import { readInput } from './read-input.js';
import { send } from './send.js';

const KEY = /^[\w-]{8,64}$/;

/** One write, as its route sees it. */
export interface WriteInput<Body> {
  readonly actor: Actor;
  readonly body: Body;
  readonly request: Request;
  readonly response: Response;
  /** The `Idempotency-Key`; absent when none was sent. */
  readonly key?: string;
}

/**
 * A route that changes something, behind `signedIn`. With an `Idempotency-Key` it is done once for this person, address
 * and body: whoever sends it again gets the first answer, marked `Idempotency-Replayed: true`. Another body by the same
 * key is 422, the same while it is under way 409. Cookies and other headers are not part of what is kept.
 */
export type WriteOnce = <S extends z.ZodType>(
  schema: S,
  work: (input: WriteInput<z.output<S>>) => Promise<Answer>,
  /** Of the body; 64 KiB when left out. */
  maxBytes?: number,
) => RequestHandler;

export function createWriteOnce(answers: Answers, gate: Pick<Gate, 'actorOf'>): WriteOnce {
  return (schema, work, maxBytes) => async (request, response) => {
    const actor = gate.actorOf(response);
    const body = await readInput(request, schema, maxBytes);
    const key = request.headers['idempotency-key'];
    if (key === undefined) return send(response, await work({ actor, body, request, response }));
    if (typeof key !== 'string' || !KEY.test(key))
      throw new AppError('request.invalid', 'Idempotency-Key: 8 to 64 of A-Z a-z 0-9 _ -');
    const route = `${request.method} ${request.originalUrl}`;
    const write = { staffId: actor.staffId, route, key, body };
    const answer = await answers.once(write, () => work({ actor, body, request, response, key }));
    if (answer.isRepeated) response.setHeader('Idempotency-Replayed', 'true');
    send(response, answer);
  };
}
