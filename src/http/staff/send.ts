import type { Response } from 'express';
import type { Answer } from '../../staff/answers.js';

/** Writes an answer as JSON, or with no body at all. */
export function send(response: Response, { status, body }: Answer): void {
  response.statusCode = status;
  if (body === undefined) return void response.end();
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}

export const DONE: Answer = { status: 204 };
