import type { Request } from 'express';
import { AppError } from '../../core/errors.js';
import type { Locale } from '../../flows/state.js';
import type { WriteInput } from './write-once.js';

/** A part of the path, whatever was sent for it. */
export function paramOf(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === 'string' ? value : '';
}

/**
 * The key by which a deed is done once, also when its answer is forgotten.
 * @throws {AppError} `request.invalid` without one: a write that may be lost must be one that can be sent again
 */
export function keyOf({ key }: Pick<WriteInput<unknown>, 'key'>): string {
  if (key === undefined) throw new AppError('request.invalid', 'Send an Idempotency-Key', { field: 'Idempotency-Key' });
  return key;
}

/** The language of the console's own labels: the first that is spoken here. */
export function localeOf(request: Request): Locale {
  return request.acceptsLanguages('id', 'en') === 'en' ? 'en' : 'id';
}
