import { opaqueIdOf } from '../../../src/channels/whatsapp-cloud/opaque-id.js';
import type { CloudInbound } from '../../../src/channels/whatsapp-cloud/parse.js';
import { type Envelope, envelope } from '../../fakes/graph-server-webhook.js';

export const ACCOUNT = '100000000000001';
/** When the samples were delivered, a minute after they were written. */
export const RECEIVED_AT = new Date('2026-11-24T03:01:00.000Z');
const WRITTEN_AT = '1795489200';
export const PHONE = '6281200000001';
export const USER_ID = 'ID.4900000000000000001';

export type Expected =
  | { readonly inbound: Partial<CloudInbound> }
  | { readonly ignored: string }
  | { readonly unreadable: string };

/** One element of `messages[]` as Meta documents it, written for these tests, and what we make of it. */
export interface Sample {
  readonly name: string;
  readonly message: Readonly<Record<string, unknown>>;
  readonly contacts?: readonly object[];
  readonly expected: Expected;
}

export const CONTACT = { profile: { name: 'Sri Lestari' }, wa_id: PHONE };
const CONTACT_WITH_ID = { ...CONTACT, user_id: USER_ID };
const CONTACT_WITHOUT_PHONE = { profile: { name: 'Sri Lestari', username: '@srilestari' }, user_id: USER_ID };

export function messageOf(type: string, more: object = {}): Record<string, unknown> {
  return { from: PHONE, id: `wamid.${type}`, timestamp: WRITTEN_AT, type, ...more };
}

export function envelopeOf(sample: Pick<Sample, 'message' | 'contacts'>): object {
  const { message, contacts = [CONTACT] } = sample;
  const parts: Envelope = { phoneNumberId: ACCOUNT, contacts, messages: [message] };
  return envelope(parts);
}

const unsupported: Expected = { inbound: { text: '', attachments: [], unsupported: true } };
const UNKNOWN = [{ code: 131051, title: 'Message type unknown', error_data: { details: 'not supported' } }];

const TEXTS: readonly Sample[] = [
  {
    name: 'text',
    message: messageOf('text', { text: { body: 'lampu jalan mati di Jl. Mawar' } }),
    expected: { inbound: { text: 'lampu jalan mati di Jl. Mawar', attachments: [], displayName: 'Sri Lestari' } },
  },
  {
    name: 'text with emoji, line breaks and control characters',
    message: messageOf('text', { text: { body: 'banjir 🌊\r\nsejak\u0000 pagi\u001b[31m ' } }),
    expected: { inbound: { text: 'banjir 🌊\nsejak pagi[31m' } },
  },
  {
    name: 'the text of a link from another channel',
    message: messageOf('text', { text: { body: ' Tautkan-abcdefghijklmnopqrstuvwxy2 ' } }),
    expected: { inbound: { text: '', attachments: [], startPayload: 'abcdefghijklmnopqrstuvwxy2' } },
  },
  {
    name: 'words around the text of a link',
    message: messageOf('text', { text: { body: 'ini TAUTKAN-abc' } }),
    expected: { inbound: { text: 'ini TAUTKAN-abc' } },
  },
  { name: 'text of white space', message: messageOf('text', { text: { body: ' \n ' } }), expected: unsupported },
  { name: 'text without its part', message: messageOf('text'), expected: unsupported },
  {
    name: 'text of 65,536 characters',
    message: messageOf('text', { text: { body: 'a'.repeat(65_536) } }),
    expected: { inbound: { text: 'a'.repeat(65_536) } },
  },
  {
    name: 'text with a lone surrogate',
    message: messageOf('text', { text: { body: 'rusak \ud83d parah' } }),
    expected: { inbound: { text: 'rusak \ufffd parah' } },
  },
  {
    name: 'reply to a message nobody knows',
    message: messageOf('text', { text: { body: 'ya' }, context: { from: ACCOUNT, id: 'wamid.UNKNOWN' } }),
    expected: { inbound: { text: 'ya' } },
  },
  {
    name: 'forwarded text',
    message: messageOf('text', { text: { body: 'info banjir' }, context: { forwarded: true } }),
    expected: { inbound: { text: 'info banjir', forwarded: true } },
  },
  {
    name: 'text forwarded many times',
    message: messageOf('text', { text: { body: 'info banjir' }, context: { frequently_forwarded: true } }),
    expected: { inbound: { forwarded: true } },
  },
  {
    name: 'text from an advertisement',
    message: messageOf('text', {
      text: { body: 'halo' },
      referral: { source_type: 'ad', source_id: '1', ctwa_clid: 'x' },
    }),
    expected: { inbound: { text: 'halo' } },
  },
  {
    name: 'text of an unusual length of id',
    message: messageOf('text', { id: `wamid.${'A'.repeat(300)}`, text: { body: 'halo' } }),
    expected: { inbound: { externalId: 'Dr-uF16b8-LTPCYaCU6a-ML2V-bfrYI4de8Pptf6DV8' } },
  },
];

const TAPS: readonly Sample[] = [
  {
    name: 'reply button',
    message: messageOf('interactive', {
      interactive: { type: 'button_reply', button_reply: { id: 'c:summary:send', title: 'Kirim' } },
    }),
    expected: { inbound: { text: '', choice: { seq: 12, step: 'summary', option: 'send' } } },
  },
  {
    name: 'list row with a description',
    message: messageOf('interactive', {
      interactive: { type: 'list_reply', list_reply: { id: '1z:category:road', title: 'Jalan', description: 'Jalan' } },
    }),
    expected: { inbound: { text: '', choice: { seq: 71, step: 'category', option: 'road' } } },
  },
  {
    name: 'button of a forged id',
    message: messageOf('interactive', {
      interactive: { type: 'button_reply', button_reply: { id: '../../etc/passwd', title: 'Kirim' } },
    }),
    expected: { inbound: { choice: { seq: 0, step: '', option: '' } } },
  },
  {
    name: 'button whose id was too long to carry its option',
    message: messageOf('interactive', {
      interactive: { type: 'button_reply', button_reply: { id: 'c::#2', title: 'Jalan rusak' } },
    }),
    expected: { inbound: { text: 'Jalan rusak', seenSeq: 12 } },
  },
  {
    name: 'button without an id',
    message: messageOf('interactive', { interactive: { type: 'button_reply', button_reply: { title: 'Kirim' } } }),
    expected: { inbound: { text: 'Kirim' } },
  },
  {
    name: 'answered form',
    message: messageOf('interactive', {
      interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{}', name: 'flow' } },
    }),
    expected: unsupported,
  },
  { name: 'interactive without its part', message: messageOf('interactive'), expected: unsupported },
  {
    name: 'quick reply of a template',
    message: messageOf('button', { button: { payload: '9:solved:yes', text: 'Sudah beres' } }),
    expected: { inbound: { text: '', choice: { seq: 9, step: 'solved', option: 'yes' } } },
  },
  {
    name: 'quick reply without a payload of its own',
    message: messageOf('button', { button: { payload: 'Sudah beres', text: 'Sudah beres' } }),
    expected: { inbound: { text: 'Sudah beres' } },
  },
  {
    name: 'thumb up',
    message: messageOf('reaction', { reaction: { message_id: 'wamid.OUT1', emoji: '👍🏽' } }),
    expected: { inbound: { text: '👍', reaction: { to: opaqueIdOf('wamid.OUT1') } } },
  },
  {
    name: 'thumb down',
    message: messageOf('reaction', { reaction: { message_id: 'wamid.OUT1', emoji: '👎' } }),
    expected: { inbound: { text: '👎', reaction: { to: opaqueIdOf('wamid.OUT1') } } },
  },
  {
    name: 'heart',
    message: messageOf('reaction', { reaction: { message_id: 'wamid.OUT1', emoji: '❤️' } }),
    expected: { ignored: 'reaction' },
  },
  {
    name: 'reaction taken back',
    message: messageOf('reaction', { reaction: { message_id: 'wamid.OUT1' } }),
    expected: { ignored: 'reaction' },
  },
];

const FILES: readonly Sample[] = [
  {
    name: 'image',
    message: messageOf('image', { image: { id: '501', mime_type: 'image/jpeg', sha256: 'x' } }),
    expected: { inbound: { text: '', attachments: [{ kind: 'image', platformRef: '501', mimeType: 'image/jpeg' }] } },
  },
  {
    name: 'image with a caption',
    message: messageOf('image', { image: { id: '501', mime_type: 'image/jpeg', caption: ' jalan berlubang ' } }),
    expected: { inbound: { text: 'jalan berlubang' } },
  },
  {
    name: 'voice note',
    message: messageOf('audio', { audio: { id: '502', mime_type: 'audio/ogg; codecs=opus', voice: true } }),
    expected: { inbound: { attachments: [{ kind: 'audio', platformRef: '502', mimeType: 'audio/ogg; codecs=opus' }] } },
  },
  {
    name: 'video',
    message: messageOf('video', { video: { id: '503', mime_type: 'video/mp4' } }),
    expected: { inbound: { attachments: [{ kind: 'video', platformRef: '503', mimeType: 'video/mp4' }] } },
  },
  {
    name: 'document',
    message: messageOf('document', {
      document: { id: '504', mime_type: 'application/pdf', filename: '\u202egpj.exe', caption: 'bukti' },
    }),
    expected: {
      inbound: { text: 'bukti', attachments: [{ kind: 'document', platformRef: '504', mimeType: 'application/pdf' }] },
    },
  },
  {
    name: 'photo sent as a document',
    message: messageOf('document', { document: { id: '505', mime_type: 'image/png', filename: 'foto.png' } }),
    expected: { inbound: { attachments: [{ kind: 'image', platformRef: '505', mimeType: 'image/png' }] } },
  },
  {
    name: 'document of no known type',
    message: messageOf('document', { document: { id: '506' } }),
    expected: { inbound: { attachments: [{ kind: 'document', platformRef: '506' }] } },
  },
  {
    name: 'image without an id',
    message: messageOf('image', { image: { mime_type: 'image/jpeg' } }),
    expected: unsupported,
  },
  {
    name: 'sticker',
    message: messageOf('sticker', { sticker: { id: '507', mime_type: 'image/webp', animated: false } }),
    expected: unsupported,
  },
  {
    name: 'location',
    message: messageOf('location', { location: { latitude: -7.7956, longitude: 110.3695 } }),
    expected: { inbound: { text: '', location: { latitude: -7.7956, longitude: 110.3695 } } },
  },
  {
    name: 'location of a named place',
    message: messageOf('location', {
      location: { latitude: -7.8, longitude: 110.4, name: 'Pasar Beringharjo', address: 'Jl. Margo Mulyo', url: 'x' },
    }),
    expected: {
      inbound: { location: { latitude: -7.8, longitude: 110.4, name: 'Pasar Beringharjo, Jl. Margo Mulyo' } },
    },
  },
  {
    name: 'location beyond the earth',
    message: messageOf('location', { location: { latitude: 95, longitude: 110.4 } }),
    expected: unsupported,
  },
];

const OTHERS: readonly Sample[] = [
  {
    name: 'contact card',
    message: messageOf('contacts', { contacts: [{ name: { formatted_name: 'Budi' }, phones: [{ phone: '+62812' }] }] }),
    expected: unsupported,
  },
  {
    name: 'kind the platform does not support',
    message: messageOf('unsupported', { errors: UNKNOWN, unsupported: { type: 'poll_creation' } }),
    expected: unsupported,
  },
  { name: 'kind nobody knows', message: messageOf('hologram', { hologram: {} }), expected: unsupported },
  { name: 'message that disappears', message: messageOf('ephemeral', { errors: UNKNOWN }), expected: unsupported },
  {
    name: 'order',
    message: messageOf('order', { order: { catalog_id: '1', product_items: [] } }),
    expected: unsupported,
  },
  {
    name: 'changed number',
    message: messageOf('system', { system: { type: 'user_changed_number', body: 'changed', wa_id: '6281200000002' } }),
    expected: { ignored: 'system' },
  },
  {
    name: 'message taken back',
    message: messageOf('revoke', { revoke: { original_message_id: 'wamid.text' } }),
    expected: { ignored: 'system' },
  },
  {
    name: 'message in a group',
    message: messageOf('text', { group_id: 'G1', text: { body: 'halo' } }),
    expected: { ignored: 'group' },
  },
  {
    name: 'both ids',
    message: messageOf('text', { from_user_id: USER_ID, text: { body: 'halo' } }),
    contacts: [CONTACT_WITH_ID],
    expected: { inbound: { address: { channel: 'whatsapp_cloud', account: ACCOUNT, chatId: USER_ID } } },
  },
  {
    name: 'user id in the contact only',
    message: messageOf('text', { text: { body: 'halo' } }),
    contacts: [CONTACT_WITH_ID],
    expected: { inbound: { address: { channel: 'whatsapp_cloud', account: ACCOUNT, chatId: USER_ID } } },
  },
  {
    name: 'user id without a phone number',
    message: { ...messageOf('text', { from_user_id: USER_ID, text: { body: 'halo' } }), from: undefined },
    contacts: [CONTACT_WITHOUT_PHONE],
    expected: {
      inbound: {
        address: { channel: 'whatsapp_cloud', account: ACCOUNT, chatId: USER_ID },
        displayName: 'Sri Lestari',
      },
    },
  },
  {
    name: 'user id in the place of the phone number',
    message: messageOf('text', { from: USER_ID, text: { body: 'halo' } }),
    contacts: [CONTACT_WITHOUT_PHONE],
    expected: { inbound: { address: { channel: 'whatsapp_cloud', account: ACCOUNT, chatId: USER_ID } } },
  },
  {
    name: 'sender named by the contact only',
    message: { ...messageOf('text', { text: { body: 'halo' } }), from: undefined },
    expected: { inbound: { address: { channel: 'whatsapp_cloud', account: ACCOUNT, chatId: PHONE } } },
  },
  {
    name: 'no sender at all',
    message: { ...messageOf('text', { text: { body: 'halo' } }), from: undefined },
    contacts: [],
    expected: { unreadable: 'sender' },
  },
  {
    name: 'written by the platform’s clock',
    message: messageOf('text', { text: { body: 'halo' } }),
    expected: { inbound: { sentAt: new Date('2026-11-24T03:00:00.000Z') } },
  },
  {
    name: 'time as a number',
    message: messageOf('text', { timestamp: 1_795_489_200, text: { body: 'halo' } }),
    expected: { inbound: { sentAt: new Date('2026-11-24T03:00:00.000Z') } },
  },
  {
    name: 'time in the future',
    message: messageOf('text', { timestamp: '1999999999', text: { body: 'halo' } }),
    expected: { inbound: { sentAt: RECEIVED_AT } },
  },
  {
    name: 'time of 1970',
    message: messageOf('text', { timestamp: '0', text: { body: 'halo' } }),
    expected: { inbound: { sentAt: RECEIVED_AT } },
  },
  {
    name: 'time in words',
    message: messageOf('text', { timestamp: 'kemarin', text: { body: 'halo' } }),
    expected: { inbound: { sentAt: RECEIVED_AT } },
  },
  {
    name: 'delivery of nine days ago',
    message: messageOf('text', { timestamp: '1794711600', text: { body: 'halo' } }),
    expected: { ignored: 'too_old' },
  },
  {
    name: 'no id',
    message: { ...messageOf('text', { text: { body: 'x' } }), id: '' },
    expected: { unreadable: 'message' },
  },
];

export const SAMPLES: readonly Sample[] = [...TEXTS, ...TAPS, ...FILES, ...OTHERS];
