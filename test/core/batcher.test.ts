import { expect } from 'chai';
import { createBatcher } from '../../src/core/batcher.js';

describe('createBatcher', () => {
  it('hands over what came in one tick at once, and gives each its own result', async () => {
    const batches: number[][] = [];
    const batcher = createBatcher<number, number>(
      async (items) => {
        batches.push([...items]);
        return items.map((item) => item * 10);
      },
      { maxItems: 3, maxInFlight: 8, schedule: setImmediate },
    );
    const results = await Promise.all([1, 2, 3, 4].map((item) => batcher.add(item)));
    expect(results).to.deep.equal([10, 20, 30, 40]);
    expect(batches).to.deep.equal([[1, 2, 3], [4]]);
  });

  it('lets batches grow, not their number, while the disk is slow', async () => {
    const sizes: number[] = [];
    const open: (() => void)[] = [];
    const batcher = createBatcher<number, number>(
      async (items) => {
        sizes.push(items.length);
        await new Promise<void>((resolve) => open.push(resolve));
        return items;
      },
      { maxItems: 100, maxInFlight: 1, schedule: (flush) => flush() },
    );
    const all = [1, 2, 3, 4, 5].map((item) => batcher.add(item));
    open.shift()?.();
    await all[0];
    await new Promise((resolve) => setImmediate(resolve));
    open.shift()?.();
    await Promise.all(all);
    expect(sizes).to.deep.equal([1, 4]);
  });

  it('rejects all of a batch that failed, and none of the next', async () => {
    let calls = 0;
    const batcher = createBatcher<number, number>(
      async (items) => {
        calls += 1;
        if (calls === 1) throw new Error('disk');
        return items;
      },
      { maxItems: 2, maxInFlight: 1, schedule: setImmediate },
    );
    const settled = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
    expect(settled.map((each) => each.status)).to.deep.equal(['rejected', 'rejected', 'fulfilled']);
  });
});
