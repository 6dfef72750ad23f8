import { expect } from 'chai';
import { MongoNetworkError } from 'mongodb';
import { AppError } from '../../src/core/errors.js';
import { asUnavailable, connectStore } from '../../src/store/connect.js';

describe('asUnavailable', () => {
  it('takes a broken socket for a store that is away, however the driver tells it', () => {
    for (const error of [new MongoNetworkError('closed'), Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })]) {
      expect(asUnavailable(error)).to.be.instanceOf(AppError).with.property('code', 'store.unavailable');
    }
  });

  it('leaves a bug a bug', () => {
    const bug = new TypeError('x is not a function');
    expect(asUnavailable(bug)).to.equal(bug);
  });
});

describe('connectStore', () => {
  it('says what to check, and never the address with its password', async () => {
    const error = await connectStore('mongodb://u:geheim123@127.0.0.1:1/aduan').catch((each: unknown) => each);
    expect(error).to.be.instanceOf(AppError).with.property('code', 'store.unavailable');
    expect((error as AppError).message)
      .to.contain('MONGODB_URI')
      .and.not.contain('geheim123');
  });
});
