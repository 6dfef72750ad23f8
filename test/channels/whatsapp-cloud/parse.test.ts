import { expect } from 'chai';
import fc from 'fast-check';
import { elementsOf } from '../../../src/channels/whatsapp-cloud/delivery.js';
import { type ParseContext, parseMessage } from '../../../src/channels/whatsapp-cloud/parse.js';
import { parseStatus } from '../../../src/channels/whatsapp-cloud/status.js';
import { envelope } from '../../fakes/graph-server-webhook.js';
import { mutationsOf } from './mutations.js';
import { ACCOUNT, CONTACT, envelopeOf, messageOf, PHONE, RECEIVED_AT, SAMPLES, USER_ID } from './payloads.js';

const context: ParseContext = { account: ACCOUNT, identity: 'user_id', receivedAt: RECEIVED_AT };

function parseAll(body: unknown) {
  return elementsOf(body, ACCOUNT).map((element) => {
    if (element.type === 'message') return parseMessage(element.raw, element.contacts, context);
    return element.type === 'status' ? parseStatus(element.raw) : element;
  });
}

describe('parseMessage', () => {
  for (const sample of SAMPLES) {
    it(`reads: ${sample.name}`, () => {
      const [parsed] = parseAll(envelopeOf(sample));
      const { expected } = sample;
      if ('ignored' in expected) expect(parsed).to.deep.equal({ type: 'ignore', reason: expected.ignored });
      else if ('unreadable' in expected)
        expect(parsed).to.deep.equal({ type: 'unreadable', reason: expected.unreadable });
      else {
        expect(parsed?.type).to.equal('inbound');
        if (parsed?.type === 'inbound') expect(parsed.message).to.deep.include(expected.inbound);
      }
    });
  }

  it('names a person by the phone number where that is asked for, and by the user id where there is none', () => {
    const byPhone = { ...context, identity: 'phone' as const };
    const both = parseMessage(messageOf('text', { from_user_id: USER_ID, text: { body: 'x' } }), [], byPhone);
    const hidden = { ...messageOf('text', { from_user_id: USER_ID, text: { body: 'x' } }), from: undefined };
    const none = parseMessage(hidden, [], byPhone);
    expect(both).to.have.nested.property('message.address.chatId', PHONE);
    expect(none).to.have.nested.property('message.address.chatId', USER_ID);
  });

  it('takes no other contact’s name for the sender’s', () => {
    const other = { profile: { name: 'Orang Lain' }, wa_id: '6281299999999' };
    const parsed = parseMessage(messageOf('text', { text: { body: 'x' } }), [other, CONTACT], context);
    expect(parsed).to.have.nested.property('message.displayName', 'Sri Lestari');
  });
});

describe('elementsOf', () => {
  it('takes entries, changes, messages and statuses apart', () => {
    const [first, second] = [messageOf('text'), messageOf('image')];
    const status = { id: 'wamid.OUT1', status: 'sent' };
    const body = envelope({ phoneNumberId: ACCOUNT, messages: [first, second], statuses: [status] }) as {
      entry: { changes: unknown[] }[];
    };
    const change = body.entry[0]?.changes[0];
    const doubled = { ...body, entry: [{ changes: [change, change] }, { changes: [change] }] };
    const types = elementsOf(doubled, ACCOUNT).map((element) => element.type);
    expect(types).to.deep.equal(Array(3).fill(['message', 'message', 'status']).flat());
  });

  for (const [what, body] of [
    ['null', null],
    ['a list', []],
    ['a word', 'x'],
    ['a number', 1],
    ['nothing inside', {}],
    ['no entries', { entry: [] }],
    ['no changes', { entry: [{}] }],
    ['no value', { entry: [{ changes: [{ field: 'messages' }] }] }],
    ['a value that says nothing', { entry: [{ changes: [{ field: 'messages', value: {} }] }] }],
    ['nothing for another number', envelope({ phoneNumberId: '999', messages: [] })],
    ['no messages', envelope({ phoneNumberId: ACCOUNT })],
    ['empty lists', envelope({ phoneNumberId: ACCOUNT, messages: [], statuses: [] })],
  ] as const) {
    it(`finds nothing in a body that is or has: ${what}`, () => {
      expect(elementsOf(body, ACCOUNT)).to.deep.equal([]);
    });
  }

  it('tells what is for another number by that number alone', () => {
    const body = envelope({ phoneNumberId: '999', messages: [messageOf('text')] });
    expect(elementsOf(body, ACCOUNT)).to.deep.equal([{ type: 'other_number', phoneNumberId: '999' }]);
  });

  it('keeps what should be a list and is not', () => {
    const body = envelope({ phoneNumberId: ACCOUNT, messages: 'x' as never });
    expect(elementsOf(body, ACCOUNT)).to.deep.equal([{ type: 'unreadable', raw: 'x', reason: 'messages' }]);
  });

  it('tells news of the account by their field', () => {
    const body = { entry: [{ changes: [{ field: 'account_update', value: { event: 'DISABLED_UPDATE' } }] }] };
    expect(elementsOf(body, ACCOUNT)).to.deep.equal([{ type: 'news', field: 'account_update' }]);
  });

  it('tells trouble outside any message by its code', () => {
    const body = envelope({ phoneNumberId: ACCOUNT, errors: [{ code: 130429, title: 'x' }] } as never);
    expect(elementsOf(body, ACCOUNT)).to.deep.equal([{ type: 'error', code: 130429 }]);
  });
});

describe('parsing any webhook body', () => {
  it('has at least 40 samples to break', () => {
    expect(SAMPLES.length).to.be.at.least(40);
  });

  it('survives each sample with any one field gone or of another type', () => {
    let count = 0;
    for (const sample of SAMPLES) {
      for (const body of mutationsOf(envelopeOf(sample))) {
        for (const parsed of parseAll(body)) expect(parsed).to.have.property('type');
        count += 1;
      }
    }
    expect(count).to.be.greaterThan(10_000);
  });

  it('survives a status with any one field gone or of another type', () => {
    const status = { id: 'wamid.OUT1', status: 'failed', timestamp: '1', errors: [{ code: 131047, title: 'x' }] };
    for (const body of mutationsOf(envelope({ phoneNumberId: ACCOUNT, statuses: [status] }))) parseAll(body);
  });

  it('survives any JSON at all', () => {
    fc.assert(
      fc.property(fc.json(), (text) => parseAll(JSON.parse(text)).length >= 0),
      { numRuns: 2000 },
    );
  });

  it('survives any JSON in the place of a message', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const parsed = parseMessage(JSON.parse(text), [], context);
        return parsed.type !== 'inbound' || parsed.message.externalId.length <= 128;
      }),
      { numRuns: 2000 },
    );
  });
});
