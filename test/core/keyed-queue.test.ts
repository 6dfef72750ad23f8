import { expect } from 'chai';
import { createKeyedQueue } from '../../src/core/keyed-queue.js';

function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('createKeyedQueue', () => {
  it('keeps the order within a key and lets other keys pass', async () => {
    const inOrder = createKeyedQueue();
    const { opened, open } = gate();
    const ran: string[] = [];
    const first = inOrder('a', async () => {
      await opened;
      ran.push('a1');
    });
    const second = inOrder('a', async () => void ran.push('a2'));
    await inOrder('b', async () => void ran.push('b1'));
    open();
    await Promise.all([first, second]);
    expect(ran).to.deep.equal(['b1', 'a1', 'a2']);
  });

  it('runs what stands behind a failure, and tells the failure to its caller', async () => {
    const inOrder = createKeyedQueue();
    const failed = inOrder('a', async () => {
      throw new Error('no');
    });
    const after = inOrder('a', async () => 'yes');
    expect(await failed.catch((error: Error) => error.message)).to.equal('no');
    expect(await after).to.equal('yes');
  });
});
