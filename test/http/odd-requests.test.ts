import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { systemClock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import { createHttpServer } from '../../src/http/server.js';
import { fileCase } from '../cases/case-life.js';
import { type StaffApp, startStaffApp } from '../fakes/staff-app.js';

const ESC = '\u001b';

describe('requests that nobody makes by accident', function () {
  this.timeout(60_000);
  const lines: string[] = [];
  let test: StaffApp;
  before(async () => {
    test = await startStaffApp({ log: createLog('debug', { write: (line: string) => void lines.push(line) }) });
  });
  after(() => test.close());

  /** Sent as it stands: nothing on the way tidies up the path or the host. */
  async function ask(path: string, headers: Readonly<Record<string, string>> = {}) {
    const cookie = [...test.admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = request(test.url, { path, headers: { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin', ...headers } });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
  }

  const WAYS_OUT = [
    '/../../etc/passwd',
    '/chat/../../../etc/passwd',
    '/chat/..%2f..%2f..%2fetc%2fpasswd',
    '/chat/%252e%252e%252f%252e%252e%252fetc%252fpasswd',
    '/chat/..%5c..%5cpackage.json',
    '/console/assets/../../../package.json',
    '/chat/index.html%00.js',
    '/%00',
    '/%',
    '/%E0%A4%A',
    '/chat/\u00e9',
    `/${'a'.repeat(10_000)}`,
    '/api/staff/cases/%00',
    '/api/staff/cases/..%2f..%2fstaff',
    '/api/staff/cases/%252e%252e',
    '/api/staff/files/..%2f..%2f..%2fetc%2fpasswd',
    '/api/staff/conversations/%7B%22$ne%22:null%7D',
    '/api/staff/admin/file?path=../../etc/passwd',
    '/api/staff/admin/file?path=..%2f.env',
    '/api/staff/admin/file?path=units.yaml%00',
  ];
  for (const path of WAYS_OUT) {
    it(`lead nowhere and break nothing: ${path.slice(0, 60)}`, async () => {
      const { status, body } = await ask(path.replace('\u00e9', '%C3%A9'));
      expect(status, body).to.be.within(400, 431);
      expect(body).not.to.match(/root:|"name": "kanal-aduan"|node_modules|at .*\.js:\d+/);
    });
  }

  it('are answered alike whatever host they name, and no address is made of it', async () => {
    const plain = await ask('/');
    const evil = await ask('/', { Host: 'evil.example' });
    expect(evil.status).to.equal(plain.status);
    expect(JSON.stringify([evil.headers, evil.body])).not.to.contain('evil.example');
    const { invitation } = await test.admin.post<{ invitation: { path: string } }>('/staff', {
      ...{ login: 'undang', name: 'Undangan', role: 'auditor' },
    });
    expect(invitation.path, 'the page itself knows where it is').to.match(/^\/console\/#/);
  });

  it('find nothing by operators in the place of words', async () => {
    const { number } = await fileCase(test.app);
    for (const query of ['q[$ne]=x', 'unit[$gt]=', 'status[$regex]=.*', 'view[]=all&view[]=mine', '__proto__[x]=1']) {
      const { status } = await ask(`/api/staff/cases?${query}`);
      expect(status, query).to.be.oneOf([200, 400]);
    }
    const { status, body } = await ask('/api/staff/cases?view=all&q=%7B%22%24ne%22%3Anull%7D');
    expect(status).to.equal(200);
    expect(body, 'it is looked for as the words it is').not.to.contain(number);
  });

  it('forge no line of the log, nor colour one', async () => {
    lines.length = 0;
    const forged = `x\r\n{"level":30,"msg":"forged"}${ESC}[31m`;
    await ask(`/api/staff/cases/${encodeURIComponent(forged)}`, { 'X-Request-Id': 'a b c' });
    await test.admin.send('POST', '/admin/file/check', { path: forged.slice(0, 90), text: forged });
    const log = createLog('info', { write: (line: string) => void lines.push(line) });
    log.warn({ subject: forged, err: new Error(forged) }, forged);
    expect(lines.length).to.be.greaterThan(0);
    for (const line of lines) {
      for (const char of ['\r', '\n', ESC]) expect(line.trimEnd()).not.to.contain(char);
      expect(JSON.parse(line)).to.not.include({ msg: 'forged' });
    }
  });
});

describe('connections that say nothing', () => {
  it('are cut like those that dawdle, however many, while others are answered', async () => {
    const server = createHttpServer({
      ...{ log: createLog('silent'), clock: systemClock, routers: [], pagesDir: '/there-is-no-such-folder' },
      isReady: async () => ({ ready: true, parts: {} }),
      timeouts: { headersMs: 300 },
    });
    const { port } = await server.listen(0, '127.0.0.1');
    const silent: Socket[] = Array.from({ length: 500 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    const closed = silent.map((socket) => once(socket.resume(), 'close'));
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).to.equal(200);
    await Promise.all(closed);
    await server.close();
  });
});
