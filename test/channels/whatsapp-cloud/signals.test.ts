import { expect } from 'chai';
import { createSignals, type SignalName } from '../../../src/channels/whatsapp-cloud/signals.js';
import { createLog } from '../../../src/core/log.js';
import { createFakeClock } from '../../fakes/clock.js';

describe('createSignals', () => {
  const start = () => {
    const lines: string[] = [];
    const counted: SignalName[] = [];
    const clock = createFakeClock();
    const log = createLog('debug', { write: (line: string) => void lines.push(line) });
    const signal = createSignals({ lane: 'whatsapp_cloud:1', log, clock, onSignal: (name) => void counted.push(name) });
    return { lines, counted, clock, signal };
  };

  it('counts every signal', () => {
    const { signal, counted } = start();
    for (let count = 0; count < 3; count++) signal('signature_refused');
    signal('send_needs_person', '190');
    expect(counted).to.deep.equal([...Array(3).fill('signature_refused'), 'send_needs_person']);
  });

  it('logs what wants a person, and nothing that strangers can cause', () => {
    const { signal, lines } = start();
    for (const name of ['signature_refused', 'verification_refused', 'too_large', 'too_old'] as const) signal(name);
    signal('send_needs_person', '190');
    expect(lines).to.have.length(1);
    expect(JSON.parse(lines[0] ?? '')).to.include({
      signal: 'send_needs_person',
      detail: '190',
      msg: 'whatsapp needs attention',
    });
  });

  it('logs the same trouble once in ten minutes, and other trouble at once', async () => {
    const { signal, lines, clock } = start();
    signal('send_needs_person', '190');
    signal('send_needs_person', '190');
    signal('send_needs_person', '131042');
    expect(lines).to.have.length(2);
    await clock.advance(10 * 60_000 - 1);
    signal('send_needs_person', '190');
    expect(lines).to.have.length(2);
    await clock.advance(1);
    signal('send_needs_person', '190');
    expect(lines).to.have.length(3);
  });
});
