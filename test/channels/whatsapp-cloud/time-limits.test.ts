import { expect } from 'chai';
import { createGraphApi } from '../../../src/channels/whatsapp-cloud/graph-api.js';
import { GraphFailure } from '../../../src/channels/whatsapp-cloud/graph-failure.js';
import { takeIn } from '../../../src/channels/whatsapp-cloud/take-in.js';
import { createFakeClock } from '../../fakes/clock.js';
import { GRAPH_TOKEN, PHONE_NUMBER_ID, startGraphServer } from '../../fakes/graph-server.js';
import { ACCOUNT, envelopeOf, messageOf, RECEIVED_AT } from './payloads.js';

describe('what never answers', () => {
  it('is given up by the webhook after 25 s, and the delivery asked for again', async () => {
    const clock = createFakeClock(RECEIVED_AT);
    let settled: unknown;
    void takeIn(
      {
        account: ACCOUNT,
        identity: 'user_id',
        clock,
        receive: () => new Promise(() => undefined),
        quarantine: async () => undefined,
        noteFailed: async () => undefined,
        noteReceipts: async () => undefined,
        signal: () => undefined,
      },
      envelopeOf({ message: messageOf('text', { text: { body: 'halo' } }) }),
    ).then((outcome) => {
      settled = outcome;
    });
    await clock.advance(24_999);
    expect(settled).to.equal(undefined);
    await clock.advance(1);
    expect(settled).to.equal('again');
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
