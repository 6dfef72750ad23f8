import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import express from 'express';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { createErrorHandler, notFound } from './errors.js';
import { createOpenRequests } from './open-requests.js';
import { createPages } from './pages.js';

export interface MountedRouter {
  /** Where it is mounted, for example `/api/webchat`. */
  readonly path: string;
  readonly router: express.Router;
  /** Paths that take uploads: their bodies may take `uploadMs` instead of `bodyMs`. */
  readonly uploads?: readonly (string | RegExp)[];
}

export interface HttpTimeouts {
  readonly headersMs: number;
  readonly bodyMs: number;
  readonly uploadMs: number;
  /** How long a stop waits for answers under way. */
  readonly drainMs: number;
}

export interface HttpDeps {
  readonly log: Logger;
  readonly clock: Clock;
  readonly isReady: () => Promise<Readiness>;
  readonly routers: readonly MountedRouter[];
  /** The folder the pages were built into; need not exist. */
  readonly pagesDir: string;
  /** What the service is called on its pages; `Kanal Aduan` when omitted. */
  readonly siteName?: string;
  /** How many reverse proxies stand in front; their X-Forwarded-For is believed. 0 when omitted. */
  readonly trustedProxies?: number;
  readonly timeouts?: Partial<HttpTimeouts>;
}

export interface Readiness {
  readonly ready: boolean;
  /** Each part and how it is, in one word or two: `{ store: 'ok', telegram: 'off' }`. */
  readonly parts: Readonly<Record<string, string>>;
}

export interface HttpServer {
  readonly app: express.Express;
  /** @throws {AppError} `config.invalid` when the port is taken or not allowed */
  listen(port: number, host: string): Promise<{ readonly port: number }>;
  /** Stops accepting, ends event streams, and waits for answers under way. Never rejects. */
  close(): Promise<void>;
}

// 20 MB at 70 kB/s, a bad day on 3G
const DEFAULT_TIMEOUTS: HttpTimeouts = { headersMs: 10_000, bodyMs: 30_000, uploadMs: 300_000, drainMs: 10_000 };
// longer than the idle limit of common load balancers (60 s), so that they and not we close first
const KEEP_ALIVE_MS = 65_000;
const MAX_CHECK_INTERVAL_MS = 2_000;

const API_HEADERS: readonly (readonly [string, string])[] = [
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
];

/** The HTTP face of the service: API routers, health, pages, problems, in this order. */
export function createHttpServer(deps: HttpDeps): HttpServer {
  const { log, clock } = deps;
  const timeouts = { ...DEFAULT_TIMEOUTS, ...deps.timeouts };
  const uploads = deps.routers.flatMap((each) => each.uploads ?? []);
  const isUpload = (url: string) => uploads.some((each) => (typeof each === 'string' ? each === url : each.test(url)));
  const app = createApp(deps);
  const open = createOpenRequests(clock, timeouts.bodyMs);
  const sockets = new Set<Socket>();
  let stopping = false;

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    open.add(request, response, isUpload(request.url ?? '') ? timeouts.uploadMs : timeouts.bodyMs);
    response.once('close', () => {
      open.remove(response);
      if (stopping) request.socket.destroySoon();
    });
    app(request, response);
  }

  const server = createServer(
    {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.uploadMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(MAX_CHECK_INTERVAL_MS, timeouts.headersMs),
    },
    onRequest,
  );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  return {
    app,

    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => reject(toListenError(error, port)));
        server.listen(port, host, () => {
          open.watch();
          const address = server.address();
          resolve({ port: typeof address === 'object' && address ? address.port : port });
        });
      }),

    close: () =>
      new Promise((resolve) => {
        stopping = true;
        const cancel = clock.after(timeouts.drainMs, () => {
          log.warn({ open: open.size }, 'answers cut because they took too long to finish');
          server.closeAllConnections();
        });
        server.close(() => {
          cancel();
          open.unwatch();
          resolve();
        });
        // browsers open connections ahead of need; Node doesn't count those as idle and would wait for them
        const busy = new Set([...open.responses()].map((response) => response.socket));
        for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
        for (const response of open.responses()) finish(response);
      }),
  };
}

function createApp({ log, isReady, routers, pagesDir, siteName, trustedProxies }: HttpDeps): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', trustedProxies ?? 0);
  app.set('query parser', 'simple');
  app.use((_request, response, next) => {
    for (const [name, value] of API_HEADERS) response.setHeader(name, value);
    next();
  });
  for (const { path, router } of routers) app.use(path, router);
  app.get('/healthz', (_request, response) => response.json({ status: 'ok' }));
  app.get('/readyz', async (_request, response) => {
    const { ready, parts } = await isReady();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not_ready', parts });
  });
  app.use(createPages(pagesDir, siteName ?? 'Kanal Aduan'));
  app.use(notFound);
  app.use(createErrorHandler(log));
  return app;
}

function finish(response: ServerResponse): void {
  // an event stream never ends by itself; whoever follows it comes back to another process and resumes
  const isStream = String(response.getHeader('Content-Type') ?? '').startsWith('text/event-stream');
  if (isStream) response.end();
  else if (!response.headersSent) response.setHeader('Connection', 'close');
}

function toListenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${port} is already in use. Stop what uses it, or set HTTP_PORT to another port.`;
    return new AppError('config.invalid', message, { variable: 'HTTP_PORT', port }, { cause: error });
  }
  if (error.code === 'EACCES') {
    const message = `Port ${port} is not allowed for this user. Set HTTP_PORT to 1024 or above.`;
    return new AppError('config.invalid', message, { variable: 'HTTP_PORT', port }, { cause: error });
  }
  return error;
}
