import { expect } from 'chai';
import { type CloudProblem, createCloudProblems } from '../../../src/channels/whatsapp-cloud/problems.js';
import { SendError } from '../../../src/core/errors.js';
import { createFakeClock } from '../../fakes/clock.js';
import { outbound } from './outbound.js';

describe('what a person must know of WhatsApp Cloud', () => {
  const start = () => {
    const clock = createFakeClock();
    const raised: CloudProblem[] = [];
    const problems = createCloudProblems(clock, (problem) => void raised.push(problem));
    const outcomes: (SendError | undefined)[] = [];
    const wrapped = problems.around(async () => {
      const failure = outcomes.shift();
      if (failure) throw failure;
      return 'wamid.1';
    });
    const send = async (failure?: SendError) => {
      outcomes.push(failure);
      return wrapped(outbound(), new AbortController().signal).catch((error: unknown) => error);
    };
    return { clock, raised, problems, send };
  };

  it('is that sending halted, and by which code, until a send goes through', async () => {
    const { problems, raised, send } = start();
    const failure = new SendError('misconfigured', 'x', { code: '190' });
    expect(await send(failure)).to.equal(failure);
    await send(failure);
    expect([problems.current(), problems.haltedBy(), raised]).to.deep.equal([['halted'], '190', ['halted']]);
    await send();
    expect([problems.current(), problems.haltedBy()]).to.deep.equal([[], undefined]);
    await send(failure);
    expect(raised).to.deep.equal(['halted', 'halted']);
  });

  it('is that Meta is away after three sends in a row, not after one', async () => {
    const { problems, raised, send } = start();
    const away = new SendError('unreachable', 'x');
    for (const failure of [away, away, new SendError('rejected', 'x'), away, away]) await send(failure);
    expect(problems.current()).to.deep.equal([]);
    await send(away);
    await send(away);
    expect([problems.current(), raised]).to.deep.equal([['unreachable'], ['unreachable']]);
    await send();
    expect(problems.current()).to.deep.equal([]);
  });

  it('is each signal that wants a person, for an hour after it last came', async () => {
    const { clock, problems } = start();
    problems.note('other_number');
    await clock.advance(59 * 60_000);
    problems.note('account_news');
    expect(problems.current()).to.deep.equal(['other_number', 'account_news']);
    await clock.advance(60_000);
    expect(problems.current()).to.deep.equal(['account_news']);
  });

  it('does not say the same twice', async () => {
    const { problems, send } = start();
    problems.note('send_needs_person');
    await send(new SendError('misconfigured', 'x'));
    expect(problems.current()).to.deep.equal(['halted']);
  });
});
