import { STATUS_CODES } from 'node:http';
import { AppError, type ErrorCode } from '../core/errors.js';

const STATUS: Readonly<Record<ErrorCode, number>> = {
  'config.invalid': 500,
  'request.invalid': 400,
  'request.too_large': 413,
  'request.unsupported_type': 415,
  'request.not_found': 404,
  'request.rate_limited': 429,
  'request.unauthorized': 401,
  'request.forbidden': 403,
  'request.conflict': 409,
  'request.key_reused': 422,
  'auth.totp_required': 401,
  'store.unavailable': 503,
  'store.in_use': 503,
  'store.newer_schema': 503,
  'conversation.busy': 503,
  'conversation.not_found': 404,
  'conversation.taken': 409,
  'flow.invalid': 500,
  'flow.newer_version': 503,
  'case.not_found': 404,
  'case.transition_not_allowed': 409,
  'case.changed': 409,
  'admin.file_refused': 422,
  'file.too_large': 413,
  'file.unsupported_type': 415,
  'file.quota_exceeded': 429,
};

/** RFC 9457. `code` is the stable part of `type`, so that clients need not cut it out. */
export interface Problem {
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly code?: ErrorCode;
  readonly detail?: string;
  readonly details?: Readonly<Record<string, string | number>>;
}

/**
 * The one place where an error becomes HTTP. Failures of ours (5xx) name their code and nothing else; errors that are
 * no AppError say nothing about their cause, but for the 4xx that Express itself raises (a broken `%` in a path).
 */
export function toProblem(error: unknown): Problem {
  if (!(error instanceof AppError)) return bare(statusOf(error));
  const status = STATUS[error.code];
  const problem = { type: `urn:problem:${error.code}`, status, title: titleOf(status), code: error.code };
  return status >= 500 ? problem : { ...problem, detail: error.message, details: error.details };
}

function bare(status: number): Problem {
  return { type: 'about:blank', status, title: titleOf(status) };
}

function titleOf(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}

function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !('status' in error)) return 500;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
