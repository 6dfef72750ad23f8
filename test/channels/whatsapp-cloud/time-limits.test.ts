import { expect } from 'chai';
import { createGraphApi } from '../../../src/channels/whatsapp-cloud/graph-api.js';
import { GraphFailure } from '../../../src/channels/whatsapp-cloud/graph-failure.js';
import { createTakeIn } from '../../../src/channels/whatsapp-cloud/take-in.js';
import { createLog } from '../../../src/core/log.js';
import { createFakeClock } from '../../fakes/clock.js';
import { GRAPH_TOKEN, PHONE_NUMBER_ID, startGraphServer } from '../../fakes/graph-server.js';
import { envelope } from '../../fakes/graph-server-webhook.js';
import { ACCOUNT, messageOf, RECEIVED_AT } from './payloads.js';

describe('what never answers', () => {
  it('has the delivery asked for again after 25 s, and is put aside the second time, so that the chat goes on', async () => {
    const clock = createFakeClock(RECEIVED_AT);
    const received: string[] = [];
    const quarantined: string[] = [];
    const takeIn = createTakeIn({
      account: ACCOUNT,
      identity: 'user_id',
      clock,
      log: createLog('silent'),
      async receive({ text }) {
        if (text === 'macet') await new Promise(() => undefined);
        received.push(text);
      },
      quarantine: async (_raw, reason) => void quarantined.push(reason),
      noteFailed: async () => undefined,
      noteReceipts: async () => undefined,
      signal: () => undefined,
    });
    const said = (body: string) => messageOf('text', { text: { body }, id: `wamid.${body}` });
    const deliver = async () => {
      let settled: unknown;
      void takeIn(envelope({ phoneNumberId: ACCOUNT, contacts: [], messages: [said('macet'), said('halo')] })).then(
        (outcome) => {
          settled = outcome;
        },
      );
      await clock.advance(24_999);
      expect(settled).to.equal(undefined);
      await clock.advance(1);
      return settled;
    };
    expect(await deliver()).to.equal('again');
    expect(received, 'nothing overtakes it').to.deep.equal([]);
    expect(await deliver()).to.equal('done');
    expect({ received, quarantined }).to.deep.equal({ received: ['halo'], quarantined: ['hung'] });
  });

  it('is given up by a send after 30 s, in doubt', async () => {
    const graph = await startGraphServer();
    const clock = createFakeClock();
    const api = createGraphApi({
      token: GRAPH_TOKEN,
      apiRoot: graph.apiRoot,
      phoneNumberId: PHONE_NUMBER_ID,
      clock,
    });
    graph.script({ answer: 'slow', until: new Promise(() => undefined) });
    const failing = api
      .sendMessage({ messaging_product: 'whatsapp' }, new AbortController().signal)
      .catch((e: unknown) => e);
    while (graph.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(30_000);
    const error = await failing;
    await graph.close();
    expect(error instanceof GraphFailure && error.facts.transport).to.equal('cut');
  });
});
