import { isBeforeSending } from '../before-sending.js';

/**
 * How a call came to no answer of the Graph API:
 * - `not_sent`: no connection was made, so nothing was taken
 * - `cut`: bytes left us and no whole answer came back: it may have been taken
 * - `foreign`: something else answered (a proxy's page), so the Graph API didn't take it
 */
export type Transport = 'not_sent' | 'cut' | 'foreign';

export interface GraphFacts {
  /** Of the HTTP answer; undefined when none came. */
  readonly status?: number;
  /** Meta's error code: what to decide by. */
  readonly code?: number;
  readonly subcode?: number;
  /** `error_data.details`: may quote the message, so it is for deciding, never for a log. */
  readonly details?: string;
  /** Meta's support asks for it. */
  readonly traceId?: string;
  readonly transport?: Transport;
  readonly retryAfterMs?: number;
}

/**
 * A Graph API call that failed. Its message may be logged: it never holds what Meta wrote, because that may quote a
 * citizen's words or number, nor anything of the request.
 */
export class GraphFailure extends Error {
  override readonly name = 'GraphFailure';

  constructor(
    message: string,
    readonly facts: GraphFacts,
  ) {
    super(message);
  }
}

const MAX_DETAILS_CHARS = 500;
const TRACE_ID = /^[\w-]{1,64}$/;

/** Reads an error answer. Total: a body that isn't Meta's makes a failure without a code. */
export function failureOf(status: number, body: unknown, retryAfter: string | null): GraphFailure {
  const retryAfterMs = retryAfterOf(retryAfter);
  const waits = retryAfterMs === undefined ? {} : { retryAfterMs };
  const error = fieldsOf(fieldsOf(body)['error']);
  const { code, error_subcode, fbtrace_id } = error;
  if (typeof code !== 'number') {
    const message = `something that is not the Graph API answered (status ${status})`;
    return new GraphFailure(message, { status, transport: 'foreign', ...waits });
  }
  const details = fieldsOf(error['error_data'])['details'];
  const traceId = typeof fbtrace_id === 'string' && TRACE_ID.test(fbtrace_id) ? fbtrace_id : undefined;
  return new GraphFailure(`the Graph API refused (code ${code}, status ${status}, trace ${traceId ?? 'none'})`, {
    status,
    code,
    ...(typeof error_subcode === 'number' ? { subcode: error_subcode } : {}),
    ...(typeof details === 'string' ? { details: details.slice(0, MAX_DETAILS_CHARS) } : {}),
    ...(traceId === undefined ? {} : { traceId }),
    ...waits,
  });
}

function retryAfterOf(header: string | null): number | undefined {
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Total: whatever `fetch` threw, told apart by whether bytes may have left. */
export function toGraphFailure(error: unknown): GraphFailure {
  if (error instanceof GraphFailure) return error;
  const code = causeCode(error);
  if (code !== undefined && isBeforeSending(code)) {
    return new GraphFailure(`no connection to the Graph API (${code})`, { transport: 'not_sent' });
  }
  return new GraphFailure(`no answer from the Graph API (${code ?? 'unknown'})`, { transport: 'cut' });
}

function causeCode(error: unknown): string | undefined {
  const cause = fieldsOf(fieldsOf(error)['cause'])['code'];
  if (typeof cause === 'string') return cause;
  const name = fieldsOf(error)['name'];
  return typeof name === 'string' ? name : undefined;
}
