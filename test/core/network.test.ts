import { expect } from 'chai';
import { isLoopback, networkOf } from '../../src/core/network.js';

describe('networkOf', () => {
  it('is the address itself for IPv4, also when it comes as IPv6', () => {
    expect(networkOf('203.0.113.9')).to.equal('203.0.113.9');
    expect(networkOf('::ffff:203.0.113.9')).to.equal('203.0.113.9');
  });

  it('is the /64 for IPv6, however it is written', () => {
    const same = [
      '2001:db8::1',
      '2001:db8:0:0::2',
      '2001:0DB8:0:0:a:b:c:d',
      '2001:db8::ffff:0:0:1',
      '2001:db8::1%eth0',
    ];
    for (const ip of same) expect(networkOf(ip), ip).to.equal('2001:db8:0:0');
    expect(networkOf('2001:db8:0:1::1')).to.equal('2001:db8:0:1');
    expect(networkOf('fe80::1')).to.equal('fe80:0:0:0');
  });

  it('knows this machine', () => {
    expect(['127.0.0.1', '::1', '::ffff:127.0.0.1'].every(isLoopback)).to.equal(true);
    expect(['203.0.113.9', '::2', '1127.0.0.1'].some(isLoopback)).to.equal(false);
  });
});
