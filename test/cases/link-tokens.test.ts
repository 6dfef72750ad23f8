import { expect } from 'chai';
import { linkMarksIn, linkTokenOf, newLinkMark, readLinkToken, revealLinks } from '../../src/cases/link-tokens.js';
import { TEST_KEYS } from '../fakes/keys.js';

const TOKEN = 'abcdefghijklmnopqrstuvwx27';

describe('link tokens', () => {
  it('stand in a stored text as a mark that the key alone turns into the token', () => {
    const mark = newLinkMark();
    const text = `buka https://t.me/aduan_bot?start=${mark}`;
    const token = linkTokenOf(TEST_KEYS, mark);
    expect(token).to.match(/^[a-z2-7]{26}$/);
    expect(linkMarksIn(text)).to.deep.equal([mark]);
    expect(revealLinks(TEST_KEYS, text)).to.equal(`buka https://t.me/aduan_bot?start=${token}`);
    expect(linkTokenOf({ ...TEST_KEYS, receiptKey: Buffer.alloc(32, 9) }, mark)).not.to.equal(token);
    expect(newLinkMark()).not.to.equal(mark);
  });

  it('fit what a deep link of Telegram may carry: at most 64 of A-Z a-z 0-9 _ -', () => {
    expect(linkTokenOf(TEST_KEYS, newLinkMark())).to.match(/^[\w-]{1,64}$/);
  });

  it('are read from a deep link, or from a word and the token in a message', () => {
    const said = (text: string, startPayload?: string) =>
      readLinkToken({ text, ...(startPayload === undefined ? {} : { startPayload }) });
    expect(said('/start', TOKEN)).to.equal(TOKEN);
    expect(said(`hubungkan ${TOKEN}`)).to.equal(TOKEN);
    expect(said(`  Link   ${TOKEN.toUpperCase()} `)).to.equal(TOKEN);
    const others = [TOKEN, `hubungkan ${TOKEN}x`, 'hubungkan', `tolong hubungkan ${TOKEN}`, ''];
    for (const other of others) expect(said(other), other).to.equal(undefined);
    for (const payload of ['', 'x', TOKEN.toUpperCase(), `${TOKEN}a`]) {
      expect(said('/start', payload), payload).to.equal(undefined);
    }
  });
});
