import { expect } from 'chai';
import fc from 'fast-check';
import { parseUpdate } from '../../../src/channels/telegram/parse.js';
import { mutationsOf } from './mutate.js';
import { CONTEXT, type PayloadCase, said, tapped } from './payloads.js';
import { MESSAGES } from './payloads-messages.js';
import { OTHERS } from './payloads-others.js';

const ALL: readonly (readonly [string, PayloadCase])[] = Object.entries({ ...MESSAGES, ...OTHERS });
const TYPES = ['inbound', 'control', 'ignore', 'unreadable'];
const MAX_KEY_BYTES = 128;

describe('parseUpdate', () => {
  for (const [name, { update, becomes }] of ALL) {
    it(`reads: ${name}`, () => {
      const parsed = parseUpdate(asReceived(update), CONTEXT);
      if (becomes.type !== 'inbound') return void expect(parsed).to.deep.equal(becomes);
      if (parsed.type !== 'inbound') return void expect.fail(`became ${parsed.type}`);
      expect(parsed.tapId).to.equal(becomes.tapId);
      for (const [field, value] of Object.entries(becomes.message)) {
        expect(parsed.message, field).to.have.deep.property(field, value);
      }
      const optional = [
        'choice',
        'location',
        'unsupported',
        'albumId',
        'edited',
        'startPayload',
        'forwarded',
        'seenSeq',
      ];
      const unexpected = Object.keys(parsed.message).filter(
        (key) => optional.includes(key) && !(key in becomes.message),
      );
      expect(unexpected.filter((key) => key !== 'unsupported' || parsed.message.unsupported)).to.deep.equal([]);
      expect(Buffer.byteLength(parsed.message.externalId)).to.be.at.most(MAX_KEY_BYTES);
    });
  }

  it('names a tap by its update, as the id of a tap holds that of its citizen', () => {
    const update = tapped('1c:summary:send', []);
    const parsed = parseUpdate(update, CONTEXT);
    expect(parsed.type === 'inbound' && parsed.message.externalId).to.equal(`tap:u${update['update_id']}`);
  });

  it('reads at least forty kinds of update', () => {
    expect(ALL.length).to.be.at.least(40);
  });

  it('takes every update with any one field gone or of another type', () => {
    let count = 0;
    for (const [name, { update }] of ALL) {
      for (const { mutated, how } of mutationsOf(asReceived(update))) {
        const parsed = parseUpdate(mutated, CONTEXT);
        expect(TYPES, `${name}: ${how}`).to.include(parsed.type);
        if (parsed.type === 'inbound') expectSound(parsed.message, `${name}: ${how}`);
        count += 1;
      }
    }
    expect(count).to.be.above(5000);
  });

  it('loses a message for a missing id or chat only, never for an odd detail', () => {
    const lost = new Set<string>();
    for (const { mutated, how } of mutationsOf(asReceived(MESSAGES['photo with a caption']?.update))) {
      const parsed = parseUpdate(mutated, CONTEXT);
      if (parsed.type === 'unreadable') lost.add(how.replace(/ .*/, ''));
    }
    expect([...lost].sort()).to.deep.equal([
      'message',
      'message.chat',
      'message.chat.id',
      'message.chat.type',
      'message.message_id',
    ]);
  });

  it('calls anything that is no update unreadable', () => {
    for (const odd of [null, undefined, [], 'x', 7, true, [[]], () => 1]) {
      expect(parseUpdate(odd, CONTEXT).type, String(odd)).to.equal('unreadable');
    }
    fc.assert(
      fc.property(fc.jsonValue(), (value) => TYPES.includes(parseUpdate(value, CONTEXT).type)),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        TYPES.includes(parseUpdate({ update_id: 1, message: value }, CONTEXT).type),
      ),
      { numRuns: 2000 },
    );
  });

  it('keeps whatever a citizen writes well formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const parsed = parseUpdate(said({ text }), CONTEXT);
        return parsed.type === 'inbound' && parsed.message.text.isWellFormed();
      }),
      { numRuns: 2000 },
    );
  });

  it('is not misled by keys that mean something to JavaScript', () => {
    const update = JSON.parse(
      '{"update_id":1,"__proto__":{"message":{"message_id":1}},"constructor":{"prototype":{"x":1}}}',
    );
    expect(parseUpdate(update, CONTEXT)).to.deep.equal({ type: 'unreadable', reason: 'unknown_kind' });
    expect(({} as Record<string, unknown>)['x']).to.equal(undefined);
  });

  it('takes a structure of ten thousand levels without going down it', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`);
    expect(parseUpdate({ update_id: 1, message: deep }, CONTEXT).type).to.equal('unreadable');
    const parsed = parseUpdate(said({ text: 'halo', reply_to_message: deep }), CONTEXT);
    expect(parsed.type === 'inbound' && parsed.message.text).to.equal('halo');
  });

  it('uses the time of arrival where the platform names none that can be', () => {
    for (const date of [undefined, 0, -5, 1e300, Number.NaN, '1773712800', 253_402_300_800]) {
      const parsed = parseUpdate(said({ text: 'halo', date }), CONTEXT);
      expect(parsed.type === 'inbound' && parsed.message.sentAt).to.equal(CONTEXT.receivedAt);
    }
  });
});

/** As it comes off the wire: no undefined fields. */
function asReceived(update: unknown): unknown {
  return JSON.parse(JSON.stringify(update));
}

function expectSound(
  message: { externalId: string; sentAt: Date; text: string; attachments: readonly unknown[] },
  how: string,
): void {
  expect(message.externalId, how).to.match(/^[\w:-]{1,128}$/);
  expect(Number.isNaN(message.sentAt.getTime()), how).to.equal(false);
  expect(message.text, how).to.be.a('string');
  expect(message.attachments, how).to.be.an('array');
}
