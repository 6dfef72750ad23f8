import type { CloudOutbound } from '../../../src/channels/whatsapp-cloud/render-template.js';
import type { Option } from '../../../src/messages/message.js';
import { ACCOUNT, PHONE } from './payloads.js';

export function outbound(more: Partial<CloudOutbound> = {}): CloudOutbound {
  return {
    id: 'c1#m1/0',
    address: { channel: 'whatsapp_cloud', account: ACCOUNT, chatId: PHONE },
    seq: 71,
    kind: 'prompt',
    text: 'Apa yang terjadi?',
    ...more,
  };
}

/** A question as flows write it: its options stand below it as numbered lines. */
export function question(labels: readonly string[], text = 'Pilih satu.'): CloudOutbound {
  const options: Option[] = labels.map((label, index) => ({ id: `o${index + 1}`, label }));
  const lines = labels.map((label, index) => `${index + 1}. ${label}`).join('\n');
  return outbound({ text: `${text}\n\n${lines}`, options, step: 'pick', expect: 'choice' });
}
