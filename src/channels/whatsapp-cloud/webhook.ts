import express from 'express';
import { equalSecrets } from '../../core/crypto.js';
import { readRaw } from './read-raw.js';
import { isSigned, looksSigned } from './signature.js';
import { createTakeIn, type TakeInDeps } from './take-in.js';

/** Meta's own cap is 3 MB; files never come inside. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
const CHALLENGE = /^\d{1,32}$/;
/** Asks for patience of whoever heeds it; Meta has its own schedule. */
const RETRY_AFTER_SECONDS = '5';

export interface WebhookDeps extends TakeInDeps {
  readonly verifyToken: string;
  /** Newest first; more than one while a secret is being changed. */
  readonly appSecrets: readonly string[];
}

/**
 * Where Meta delivers. The answer is 200 once everything in the body is durable or in quarantine, 503 when something
 * could not be made durable (Meta then delivers it all again, for up to 7 days), 401 and 413 for what isn't Meta's.
 */
export function createWebhook(deps: WebhookDeps): express.Router {
  const router = express.Router();
  const takeIn = createTakeIn(deps);

  router.get('/', (request, response) => {
    const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = request.query;
    const isOurs = mode === 'subscribe' && typeof token === 'string' && equalSecrets(token, deps.verifyToken);
    // digits only: anything else echoed to a browser could be a page
    if (!isOurs || typeof challenge !== 'string' || !CHALLENGE.test(challenge)) {
      deps.signal('verification_refused');
      return end(response, 403);
    }
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    return end(response, 200, challenge);
  });

  router.post('/', async (request, response) => {
    const header = request.headers['x-hub-signature-256'];
    const signature = typeof header === 'string' ? header : undefined;
    if (!looksSigned(signature)) return refuse(response, 401);
    const raw = await readRaw(request, MAX_BODY_BYTES);
    if (raw.type === 'cut') return response.destroy();
    if (raw.type === 'too_large') return refuse(response, 413);
    if (!isSigned(signature, raw.bytes, deps.appSecrets)) return refuse(response, 401);

    const outcome = await takeInBytes(raw.bytes);
    if (outcome === 'done') return end(response, 200);
    deps.signal('redelivery_asked');
    response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
    return end(response, 503);
  });

  async function takeInBytes(bytes: Buffer) {
    let body: unknown;
    try {
      body = JSON.parse(bytes.toString('utf8'));
    } catch {
      // signed and yet no JSON: nobody but Meta could mend it, and it would send it for a week
      return takeIn({ entry: bytes.toString('utf8') });
    }
    return takeIn(body);
  }

  function refuse(response: express.Response, status: 401 | 413): void {
    deps.signal(status === 401 ? 'signature_refused' : 'too_large');
    // the rest of the body is not read
    response.setHeader('Connection', 'close');
    end(response, status);
  }

  return router;
}

function end(response: express.Response, status: number, text = ''): void {
  response.statusCode = status;
  response.end(text);
}
