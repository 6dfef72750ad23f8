import type { Request } from 'express';
import type { z } from 'zod';
import { AppError } from '../../core/errors.js';
import { readJson } from '../../core/read-json.js';

const MAX_JSON_BYTES = 64 * 1024;

/**
 * Reads the body of a write by its schema; a request without any body counts as `{}`.
 *
 * @throws {AppError} as `readJson`, and `request.invalid`, naming the field and what is wrong with it, never its value
 */
export async function readInput<S extends z.ZodType>(
  request: Request,
  schema: S,
  maxBytes = MAX_JSON_BYTES,
): Promise<z.output<S>> {
  return parseInput(schema, hasBody(request) ? await readJson(request, maxBytes) : {});
}

/** The same for a query or a body that was read already. @throws {AppError} `request.invalid` */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'body';
  throw new AppError('request.invalid', `${field}: ${issue?.message ?? 'is invalid'}`, { field });
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
