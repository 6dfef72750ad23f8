import { expect } from 'chai';
import { AppError } from '../../src/core/errors.js';
import { createMisses } from '../../src/staff/misses.js';
import { createFakeClock } from '../fakes/clock.js';

describe('look-ups that found nothing', () => {
  const clock = createFakeClock(new Date('2026-11-24T02:00:00Z'));
  const told: string[] = [];
  const misses = createMisses({
    clock,
    audit: { append: () => Promise.reject(new Error('away')) },
    alerts: { raise: async ({ _id }) => void told.push(_id) },
  });

  /** How many of so many look-ups are let through. */
  const walk = (staffId: string, times: number, isFound = false) => {
    let through = 0;
    for (let count = 0; count < times; count++) {
      try {
        const found = misses.reserve(staffId);
        through += 1;
        if (isFound) found();
      } catch (error) {
        expect(error).to.be.instanceOf(AppError).with.property('code', 'request.rate_limited');
      }
    }
    return through;
  };

  it('are sixty, then one in ten seconds, up to sixty again', async () => {
    expect(walk('sari', 100)).to.equal(60);
    await clock.advance(35_000);
    expect(walk('sari', 100)).to.equal(3);
    await clock.advance(24 * 3_600_000);
    expect(walk('sari', 100)).to.equal(60);
  });

  it('are none when something was found, and count for each person alone', () => {
    expect(walk('budi', 1000, true)).to.equal(1000);
    expect(walk('budi', 100)).to.equal(60);
    expect(walk('dewi', 1)).to.equal(1);
  });

  it('are told once in ten minutes, however long somebody goes on, also without an audit log', async () => {
    told.length = 0;
    walk('tono', 500);
    await clock.advance(5 * 60_000);
    walk('tono', 500);
    expect(told).to.have.length(1);
    await clock.advance(6 * 60_000);
    walk('tono', 500);
    await clock.advance(0);
    expect(told).to.have.length(2);
  });
});
