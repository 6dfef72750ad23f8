import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebchatRoutes } from '../../src/channels/webchat/webchat.js';
import { type Clock, systemClock } from '../../src/core/clock.js';
import { conversationIdOf } from '../../src/core/ids.js';
import { createLog } from '../../src/core/log.js';
import { createHttpServer, type HttpServer, type HttpTimeouts } from '../../src/http/server.js';
import type { FileStore } from '../../src/store/files.js';
import { createFakeChat, type FakeChat, type Script } from './fake-chat.js';
import { TEST_KEYS } from './keys.js';
import { createMemoryFiles } from './memory-files.js';

export interface ChatService {
  readonly url: string;
  readonly port: number;
  readonly chat: FakeChat;
  readonly files: FileStore;
  readonly server: HttpServer;
  conversationIdOf(token: string): string;
}

const echo: Script = (message) => [{ text: `Kami terima: ${message.text}` }];

/** The real routes on the real HTTP server, before a conversation kept in memory. */
export async function startChatService(
  options: {
    script?: Script;
    pagesDir?: string;
    clock?: Clock;
    trustedProxies?: number;
    timeouts?: Partial<HttpTimeouts>;
    port?: number;
  } = {},
): Promise<ChatService> {
  const log = createLog('silent');
  const clock = options.clock ?? systemClock;
  const chat = createFakeChat(TEST_KEYS, clock, options.script ?? echo);
  const files = createMemoryFiles();
  const router = createWebchatRoutes({ account: 'main', keys: TEST_KEYS, clock, log, files, ...chat });
  const server = createHttpServer({
    log,
    clock,
    isReady: async () => ({ ready: true, parts: { store: 'ok' } }),
    routers: [{ path: '/api/webchat', router, uploads: ['/api/webchat/files'] }],
    pagesDir: options.pagesDir ?? mkdtempSync(join(tmpdir(), 'no-pages-')),
    trustedProxies: options.trustedProxies ?? 0,
    ...(options.timeouts && { timeouts: options.timeouts }),
  });
  const { port } = await server.listen(options.port ?? 0, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    chat,
    files,
    server,
    conversationIdOf: (token) => conversationIdOf(TEST_KEYS.addressKey, 'webchat', 'main', token.split('.')[0] ?? ''),
  };
}
