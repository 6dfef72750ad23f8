import type { RequestHandler } from 'express';
import type { Misses } from '../../staff/misses.js';
import type { Gate } from './gate.js';

const MISSED = 404;

/** For addresses that name one thing, behind `signedIn`: whoever misses too often has to wait. */
export function createSlowWalks(misses: Misses, gate: Pick<Gate, 'actorOf'>): RequestHandler {
  return (_request, response, next) => {
    const found = misses.reserve(gate.actorOf(response).staffId);
    response.once('close', () => {
      if (response.statusCode !== MISSED) found();
    });
    next();
  };
}
