import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { AppError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { asUnavailable } from '../store/connect.js';
import { type Problem, toProblem } from './problem.js';

const RETRY_UNAVAILABLE_SECONDS = 2;

/** Answers whatever no route took. */
export const notFound: RequestHandler = (request) => {
  throw new AppError('request.not_found', `There is no ${request.method} ${request.path}`);
};

/** The last handler of the app: every error that a route threw becomes a problem document and at most one log line. */
export function createErrorHandler(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const error = asUnavailable(thrown);
    const gone = request.socket.destroyed;
    const problem = toProblem(error);
    const fields = { method: request.method, path: request.path, status: problem.status, code: problem.code };
    if (gone) log.debug(fields, 'client went away');
    else if (problem.status === 500) log.error({ ...fields, err: error }, 'request failed');
    else if (problem.status > 500) log.warn({ ...fields, err: error }, 'request could not be served now');
    else log.debug(fields, 'request refused');
    // the rest of a refused upload is read and dropped, so that the client gets to read the answer
    request.resume();
    // half an answer is out: all that is left is to cut it, so that nobody takes it for whole
    if (gone || response.headersSent) response.destroy();
    else sendProblem(response, problem);
  };
}

/** Writes a problem document, with `Retry-After` where waiting helps. */
export function sendProblem(response: Response, problem: Problem): void {
  const retryAfter = problem.details?.['retryAfterSeconds'] ?? RETRY_UNAVAILABLE_SECONDS;
  if (problem.status === 429 || problem.status === 503) response.setHeader('Retry-After', String(retryAfter));
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  response.statusCode = problem.status;
  response.end(JSON.stringify(problem));
}
