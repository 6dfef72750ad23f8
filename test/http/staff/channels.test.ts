import { expect } from 'chai';
import { Router } from 'express';
import { createLog } from '../../../src/core/log.js';
import { createHttpServer, type HttpServer } from '../../../src/http/server.js';
import { type ChannelRow, createChannelRoutes, pictureOf } from '../../../src/http/staff/channels.js';
import type { Actor, Role } from '../../../src/staff/actor.js';
import type { AuditFacts } from '../../../src/staff/audit.js';
import type { ChannelState } from '../../../src/staff/channel-states.js';

const AT = new Date('2026-11-24T03:00:00Z');
const state = (lane: string, more: Partial<ChannelState> = {}): ChannelState => {
  const [channel = '', account = ''] = lane.split(':');
  return { lane, channel, account, state: 'ready', since: AT, problems: [], ...more };
};

describe('the channels as staff see them', () => {
  let server: HttpServer;
  let base = '';
  let role: Role = 'admin';
  let scopes: Pick<Actor, 'scopes'> = {};
  let states: ChannelState[] = [];
  const asked: string[] = [];
  const audited: Pick<AuditFacts, 'by' | 'what' | 'subject'>[] = [];

  before(async () => {
    const actor = (): Actor => ({ staffId: 'rina', name: 'Rina', role, units: [], via: 'session', ...scopes });
    const routes = createChannelRoutes({
      gate: { actorOf: actor },
      states: {
        list: async () => states,
        async askRestart(lane) {
          asked.push(lane);
          return true;
        },
      },
      audit: {
        async append(facts) {
          audited.push(facts);
          return { ...facts, _id: 1, at: AT, before: '', hash: '' };
        },
      },
      warningOf: (channel) => (channel === 'whatsapp_web' ? 'unofficial' : undefined),
    });
    server = createHttpServer({
      log: createLog('silent'),
      clock: { now: () => AT, monotonicMs: () => 0, after: () => () => undefined },
      isReady: async () => ({ ready: true, parts: {} }),
      routers: [{ path: '/channels', router: Router().use(routes) }],
      pagesDir: '/nowhere',
    });
    const { port } = await server.listen(0, '127.0.0.1');
    base = `http://127.0.0.1:${port}/channels`;
  });
  after(() => server.close());
  beforeEach(() => {
    role = 'admin';
    scopes = {};
    asked.length = 0;
    audited.length = 0;
    const qr = { data: '2@REF,key', at: AT };
    states = [
      state('telegram:7001'),
      state('whatsapp_web:main', { state: 'needs_qr', problems: ['needs_qr'], lastError: 'LOGOUT', qr }),
    ];
  });

  const rows = async () => (await (await fetch(base)).json()) as ChannelRow[];
  const restart = async (account: string) => (await fetch(`${base}/${account}/restart`, { method: 'POST' })).status;

  it('show each account, since when, why, and what to be warned of', async () => {
    const [telegram, whatsapp] = await rows();
    expect(telegram).to.deep.equal({
      account: '7001',
      channel: 'telegram',
      state: 'ready',
      since: AT.toISOString(),
      problems: [],
    });
    expect(whatsapp).to.include({ state: 'needs_qr', lastError: 'LOGOUT', warning: 'unofficial' });
  });

  it('show the code as a picture to admins alone, and its data to nobody', async () => {
    const text = await (await fetch(base)).text();
    expect(text).to.not.include('2@REF');
    expect((await rows())[1]?.qr?.path).to.match(/^(M\d+ \d+h1v1h-1z)+$/);
    for (const other of ['supervisor', 'auditor'] as const) {
      role = other;
      const seen = await rows();
      expect(seen).to.have.length(2);
      expect(seen[1]).to.not.have.property('qr');
    }
    role = 'admin';
    scopes = { scopes: ['channel:read'] };
    expect((await rows())[1], 'a program of theirs that only looks').to.not.have.property('qr');
  });

  it('are hidden from who works cases, and started anew by admins alone', async () => {
    for (const other of ['agent', 'coordinator'] as const) {
      role = other;
      expect((await fetch(base)).status).to.equal(403);
    }
    for (const other of ['agent', 'coordinator', 'supervisor', 'auditor'] as const) {
      role = other;
      expect(await restart('main'), other).to.equal(403);
    }
    expect(asked).to.deep.equal([]);
  });

  it('start anew the account that is named, and keep who asked', async () => {
    expect(await restart('main')).to.equal(202);
    expect(await restart('telegram:7001')).to.equal(202);
    expect(await restart('other')).to.equal(404);
    expect(asked).to.deep.equal(['whatsapp_web:main', 'telegram:7001']);
    expect(audited[0]).to.deep.equal({ by: 'rina', what: 'channel.restarted', subject: 'whatsapp_web:main' });
    expect(audited).to.have.length(2);
  });

  it('want the channel named where two accounts share a name', async () => {
    states = [state('a:main'), state('b:main')];
    expect(await restart('main')).to.equal(400);
    expect(await restart('b:main')).to.equal(202);
    expect(asked).to.deep.equal(['b:main']);
  });

  it('draw every dark square of the code', () => {
    const { size, path } = pictureOf('2@REF,key');
    expect(size).to.be.above(20);
    // the corner marks of every code: seven squares in a row behind a border of two
    expect(path).to.match(/^M2 2h1v1h-1zM3 2h1v1h-1zM4 2.*M8 2h1v1h-1z/);
  });
});
