import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import express from 'express';
import { systemClock } from '../../src/core/clock.js';
import { AppError } from '../../src/core/errors.js';
import { createLog } from '../../src/core/log.js';
import { createHttpServer, type HttpDeps, type HttpServer } from '../../src/http/server.js';
import { createFakeClock } from '../fakes/clock.js';

describe('HTTP server', () => {
  const running: HttpServer[] = [];
  afterEach(() => Promise.all(running.splice(0).map((server) => server.close())));

  async function start(deps: Partial<HttpDeps> = {}): Promise<{ server: HttpServer; port: number; url: string }> {
    const server = createHttpServer({
      log: createLog('silent'),
      clock: systemClock,
      isReady: async () => ({ ready: true, parts: {} }),
      routers: [],
      pagesDir: join(tmpdir(), 'there-is-no-such-folder'),
      ...deps,
    });
    running.push(server);
    const { port } = await server.listen(0, '127.0.0.1');
    return { server, port, url: `http://127.0.0.1:${port}` };
  }

  function routerThat(handle: express.RequestHandler): HttpDeps['routers'] {
    return [{ path: '/api/test', router: express.Router().use(handle) }];
  }

  describe('health', () => {
    it('is alive even when it is not ready', async () => {
      const { url } = await start({ isReady: async () => ({ ready: false, parts: { store: 'away' } }) });
      expect((await fetch(`${url}/healthz`)).status).to.equal(200);
      const ready = await fetch(`${url}/readyz`);
      expect(ready.status).to.equal(503);
      expect(await ready.json()).to.deep.equal({ status: 'not_ready', parts: { store: 'away' } });
    });
  });

  describe('problems', () => {
    it('says nothing of the cause of an unknown error', async () => {
      const { url } = await start({
        routers: routerThat(() => {
          throw new Error('password=geheim');
        }),
      });
      const response = await fetch(`${url}/api/test`);
      expect(response.status).to.equal(500);
      expect(await response.json()).to.deep.equal({ type: 'about:blank', status: 500, title: 'Internal Server Error' });
    });

    it('tells the caller what he did wrong, and how long to wait', async () => {
      const { url } = await start({
        routers: routerThat(async () => {
          throw new AppError('request.rate_limited', 'Too many', { retryAfterSeconds: 7 });
        }),
      });
      const response = await fetch(`${url}/api/test`);
      expect(response.status).to.equal(429);
      expect(response.headers.get('Retry-After')).to.equal('7');
      expect(await response.json()).to.deep.equal({
        type: 'urn:problem:request.rate_limited',
        status: 429,
        title: 'Too Many Requests',
        code: 'request.rate_limited',
        detail: 'Too many',
        details: { retryAfterSeconds: 7 },
      });
    });

    it('answers an unknown path and a broken one', async () => {
      const { url } = await start({
        routers: [{ path: '/api', router: express.Router().get('/:id', (_, response) => void response.end()) }],
      });
      expect((await fetch(`${url}/nowhere`)).status).to.equal(404);
      expect((await fetch(`${url}/api/%E0%A4%A`)).status).to.equal(400);
    });
  });

  describe('pages', () => {
    function built(): string {
      const dir = mkdtempSync(join(tmpdir(), 'pages-'));
      mkdirSync(join(dir, 'chat', 'assets'), { recursive: true });
      writeFileSync(join(dir, 'chat', 'index.html'), `<!doctype html><title>x</title>${' '.repeat(2000)}`);
      writeFileSync(join(dir, 'chat', 'assets', 'a-1234.js'), 'export {}');
      writeFileSync(join(dir, 'secret.txt'), 'not a page');
      return dir;
    }

    it('are served packed, under a policy that runs nothing inline', async () => {
      const { url } = await start({ pagesDir: built() });
      for (const path of ['/chat', '/chat/']) {
        const page = await fetch(`${url}${path}`, { headers: { 'Accept-Encoding': 'gzip' } });
        expect(page.status).to.equal(200);
        expect(page.headers.get('Content-Encoding')).to.equal('gzip');
        expect(Number(page.headers.get('Content-Length'))).to.be.below(200);
        expect(page.headers.get('Cache-Control')).to.equal('no-cache');
        const policy = page.headers.get('Content-Security-Policy') ?? '';
        expect(policy)
          .to.contain("default-src 'none'")
          .and.contain("script-src 'self';")
          .and.contain("frame-ancestors 'none'");
        expect(policy).not.to.contain('unsafe');
      }
    });

    it('are the same whether the build packed them or the start does', async () => {
      const dir = built();
      const write = (name: string, content: string | Buffer) =>
        writeFileSync(join(dir, 'chat', 'assets', name), content);
      write('b-1234.js', 'export const packed = 1');
      write('b-1234.js.br', brotliCompressSync('export const packed = 1'));
      write('b-1234.js.gz', gzipSync('export const packed = 1'));
      const { url } = await start({ pagesDir: dir });
      for (const encoding of ['br', 'gzip', 'identity']) {
        const headers = { 'Accept-Encoding': encoding };
        const [built, started] = ['b-1234.js', 'a-1234.js'].map((name) =>
          fetch(`${url}/chat/assets/${name}`, { headers }),
        );
        expect(await (await built)?.text(), encoding).to.equal('export const packed = 1');
        expect(await (await started)?.text(), encoding).to.equal('export {}');
        if (encoding !== 'identity') expect((await built)?.headers.get('Content-Encoding')).to.equal(encoding);
      }
      expect((await fetch(`${url}/chat/assets/b-1234.js.br`)).status, 'the packed file itself').to.equal(404);
    });

    it('are cached for ever where the name holds a hash, and by tag where not', async () => {
      const { url } = await start({ pagesDir: built() });
      const asset = await fetch(`${url}/chat/assets/a-1234.js`);
      expect(asset.headers.get('Cache-Control')).to.contain('immutable');
      const first = await fetch(`${url}/chat`);
      const again = await fetch(`${url}/chat`, { headers: { 'If-None-Match': first.headers.get('ETag') ?? '' } });
      expect(again.status).to.equal(304);
    });

    it('carry the name of the service, as text', async () => {
      const dir = built();
      writeFileSync(join(dir, 'chat', 'index.html'), '<title>__SITE_NAME__</title>');
      const { url } = await start({ pagesDir: dir, siteName: 'Lapor <b>' });
      expect(await (await fetch(`${url}/chat`)).text()).to.equal('<title>Lapor &#60;b&#62;</title>');
    });

    it('lead from the root to the chat', async () => {
      const { url } = await start({ pagesDir: built() });
      const root = await fetch(url, { redirect: 'manual' });
      expect([root.status, root.headers.get('Location')]).to.deep.equal([302, '/chat']);
    });

    it('give nothing from outside their folder, and no unknown kinds of file', async () => {
      const { port } = await start({ pagesDir: built() });
      for (const path of ['/secret.txt', '/chat/../../etc/passwd', '/chat/%2e%2e/%2e%2e/etc/passwd', '/chat/%00']) {
        const sent = request({ port, path, host: '127.0.0.1' }).end();
        const [response] = await once(sent, 'response');
        expect([404, 400], path).to.include(response.statusCode);
        response.resume();
      }
    });

    it('say how to build them when they are missing', async () => {
      const { url } = await start();
      const response = await fetch(`${url}/chat`);
      expect(response.status).to.equal(404);
      expect(((await response.json()) as { detail: string }).detail).to.contain('npm run build:pages');
    });
  });

  describe('slow clients', () => {
    it('are cut when their headers do not arrive', async () => {
      const { port } = await start({ timeouts: { headersMs: 50 } });
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET /healthz HTTP/1.1\r\n');
      await once(socket.resume(), 'close');
    });

    /** Sends half a body, and gives the answer that comes after time has passed and `rest` was sent. */
    async function sendSlowly(path: string, passMs: number, rest?: string): Promise<number | undefined> {
      const clock = createFakeClock();
      let halfArrived: () => void = () => undefined;
      const half = new Promise<void>((resolve) => {
        halfArrived = resolve;
      });
      const router = express.Router().post('/:name', async (incoming, response) => {
        for await (const _ of incoming) halfArrived();
        response.end('whole');
      });
      const { port } = await start({ clock, routers: [{ path: '/api/test', router, uploads: ['/api/test/files'] }] });
      const sent = request({ port, method: 'POST', path, headers: { 'Content-Length': 4 } });
      sent.on('error', () => undefined);
      const answered = once(sent, 'response');
      sent.write('ha');
      await half;
      await clock.advance(passMs);
      if (rest) sent.end(rest);
      const [response] = await answered;
      response.resume();
      return response.statusCode;
    }

    it('are cut when their body does not arrive in 30 seconds, with 408', async () => {
      expect(await sendSlowly('/api/test/words', 32_000)).to.equal(408);
      expect(await sendSlowly('/api/test/words', 29_000, 'lf')).to.equal(200);
    });

    it('may take five minutes where files are uploaded', async () => {
      expect(await sendSlowly('/api/test/files', 299_000, 'lf')).to.equal(200);
      expect(await sendSlowly('/api/test/files', 302_000)).to.equal(408);
    });
  });

  describe('port', () => {
    it('in use is named together with the variable that changes it', async () => {
      const { port } = await start();
      const second = createHttpServer({
        log: createLog('silent'),
        clock: systemClock,
        isReady: async () => ({ ready: true, parts: {} }),
        routers: [],
        pagesDir: '',
      });
      const refused = await second.listen(port, '127.0.0.1').catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(AppError);
      expect(refused).to.include({ code: 'config.invalid' });
      expect(String(refused)).to.contain(String(port)).and.contain('HTTP_PORT');
    });
  });

  describe('stop', () => {
    it('waits for the answer under way and takes no new connection', async () => {
      let release: () => void = () => undefined;
      let arrived: () => void = () => undefined;
      const isThere = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const { server, url } = await start({
        routers: routerThat((_request, response) => {
          release = () => response.end('done');
          arrived();
        }),
      });
      const answer = fetch(`${url}/api/test`);
      await isThere;
      const closed = server.close();
      expect(await fetch(`${url}/healthz`).catch(() => 'refused')).to.equal('refused');
      release();
      expect(await (await answer).text()).to.equal('done');
      await closed;
    });

    it('does not wait for connections that asked nothing', async () => {
      const { server, port } = await start();
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      await fetch(`http://127.0.0.1:${port}/healthz`);
      const closed = once(socket.resume(), 'close');
      await server.close();
      await closed;
    });

    it('cuts what does not end in time', async () => {
      const clock = createFakeClock();
      let arrived: () => void = () => undefined;
      const isThere = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const { server, url } = await start({ clock, routers: routerThat(() => arrived()) });
      const answer = fetch(`${url}/api/test`).catch(() => 'cut');
      await isThere;
      const closed = server.close();
      await clock.advance(10_000);
      await closed;
      expect(await answer).to.equal('cut');
    });
  });
});
