import { ADDRESS, CITIZEN, message, type PayloadCase, photo, SENT_AT, SENT_DATE, said, update } from './payloads.js';

const OTHER_CITIZEN = { id: 5511, is_bot: false, first_name: 'Budi' };
const NOTHING = { text: '', attachments: [], unsupported: true };

function inbound(fields: Readonly<Record<string, unknown>>): PayloadCase['becomes'] {
  return { type: 'inbound', message: fields };
}

export const MESSAGES: Readonly<Record<string, PayloadCase>> = {
  text: {
    update: said({ text: 'lampu jalan mati di Jl. Mawar RT 03' }),
    becomes: inbound({
      externalId: '41',
      address: ADDRESS,
      sentAt: SENT_DATE,
      displayName: 'Siti Rahma',
      text: 'lampu jalan mati di Jl. Mawar RT 03',
      attachments: [],
    }),
  },
  'text with entities': {
    update: said({
      text: 'lihat https://contoh.id @walikota #banjir',
      entities: [
        { type: 'url', offset: 6, length: 17 },
        { type: 'mention', offset: 24, length: 9 },
        { type: 'hashtag', offset: 34, length: 7 },
      ],
      link_preview_options: { is_disabled: true },
    }),
    becomes: inbound({ text: 'lihat https://contoh.id @walikota #banjir' }),
  },
  'text that looks like markup': {
    update: said({ text: '<b>rusak</b> *parah* _sekali_ [x](javascript:alert(1)) {"$ne":null}' }),
    becomes: inbound({ text: '<b>rusak</b> *parah* _sekali_ [x](javascript:alert(1)) {"$ne":null}' }),
  },
  'text of emoji': { update: said({ text: '👨‍👩‍👧‍👦🇮🇩👍🏽' }), becomes: inbound({ text: '👨‍👩‍👧‍👦🇮🇩👍🏽' }) },
  'text with a lone surrogate and NUL': {
    update: said({ text: 'banjir\ud83d \u0000setinggi lutut' }),
    becomes: inbound({ text: 'banjir\ufffd setinggi lutut' }),
  },
  'text of spaces only': { update: said({ text: ' \n\t ' }), becomes: inbound(NOTHING) },
  'text of 4,096 characters': {
    update: said({ text: 'a'.repeat(4096) }),
    becomes: inbound({ text: 'a'.repeat(4096) }),
  },
  'text in answer to one of ours': {
    update: said({
      text: 'yang di pojok pasar',
      reply_to_message: { message_id: 39, chat: { id: 90210, type: 'private' }, date: SENT_AT - 60, text: 'Di mana?' },
      quote: { text: 'Di mana', position: 0 },
    }),
    becomes: inbound({ text: 'yang di pojok pasar' }),
  },
  'name that is one name only': {
    update: said({ from: { ...CITIZEN, last_name: undefined }, text: 'halo' }),
    becomes: inbound({ displayName: 'Siti' }),
  },
  'name of tricks': {
    update: said({ from: { ...CITIZEN, first_name: `\u0007${'Z̷̡̢̛̛̗͚͙͈̹̞̎̇̌̆'.repeat(40)}`, last_name: '' }, text: 'halo' }),
    becomes: inbound({ text: 'halo' }),
  },
  'photo without words': {
    update: said({ photo: photo('p1') }),
    becomes: inbound({
      text: '',
      attachments: [{ kind: 'image', platformRef: 'p1-l', mimeType: 'image/jpeg', sizeBytes: 91_220 }],
    }),
  },
  'photo with a caption': {
    update: said({ photo: photo('p2'), caption: 'jalan berlubang depan SDN 2' }),
    becomes: inbound({ text: 'jalan berlubang depan SDN 2' }),
  },
  'photo of an album': {
    update: said({ photo: photo('p3'), media_group_id: '13579246810', caption: 'tiga foto' }),
    becomes: inbound({ albumId: '13579246810', text: 'tiga foto' }),
  },
  'video of an album': {
    update: said({
      video: {
        file_id: 'v1',
        file_unique_id: 'x',
        duration: 9,
        width: 720,
        height: 1280,
        mime_type: 'video/mp4',
        file_size: 1_800_000,
      },
      media_group_id: '13579246810',
    }),
    becomes: inbound({
      albumId: '13579246810',
      attachments: [{ kind: 'video', platformRef: 'v1', mimeType: 'video/mp4', sizeBytes: 1_800_000 }],
    }),
  },
  document: {
    update: said({
      document: {
        file_id: 'd1',
        file_unique_id: 'x',
        file_name: 'surat.pdf',
        mime_type: 'application/pdf',
        file_size: 52_000,
      },
    }),
    becomes: inbound({
      attachments: [{ kind: 'document', platformRef: 'd1', mimeType: 'application/pdf', sizeBytes: 52_000 }],
    }),
  },
  'document that is a picture': {
    update: said({
      document: {
        file_id: 'd2',
        file_unique_id: 'x',
        file_name: 'IMG_1.HEIC',
        mime_type: 'image/heic',
        file_size: 3_000_000,
      },
    }),
    becomes: inbound({
      attachments: [{ kind: 'image', platformRef: 'd2', mimeType: 'image/heic', sizeBytes: 3_000_000 }],
    }),
  },
  'document without type and of a tricky name': {
    update: said({ document: { file_id: 'd3', file_unique_id: 'x', file_name: 'foto\u202egpj.exe', file_size: 0 } }),
    becomes: inbound({ attachments: [{ kind: 'document', platformRef: 'd3', sizeBytes: 0 }] }),
  },
  'document larger than a bot may fetch': {
    update: said({
      document: { file_id: 'd4', file_unique_id: 'x', mime_type: 'video/mp4', file_size: 22_020_096 },
      caption: 'rekaman CCTV',
    }),
    becomes: inbound({
      text: 'rekaman CCTV',
      attachments: [
        { kind: 'video', platformRef: 'd4', mimeType: 'video/mp4', sizeBytes: 22_020_096, refused: 'too_large' },
      ],
    }),
  },
  animation: {
    update: said({
      animation: {
        file_id: 'a1',
        file_unique_id: 'x',
        duration: 3,
        width: 320,
        height: 240,
        mime_type: 'video/mp4',
        file_size: 9000,
      },
      document: { file_id: 'a1', file_unique_id: 'x', mime_type: 'video/mp4', file_size: 9000 },
    }),
    becomes: inbound({ attachments: [{ kind: 'video', platformRef: 'a1', mimeType: 'video/mp4', sizeBytes: 9000 }] }),
  },
  voice: {
    update: said({
      voice: { file_id: 'o1', file_unique_id: 'x', duration: 14, mime_type: 'audio/ogg', file_size: 31_000 },
    }),
    becomes: inbound({ attachments: [{ kind: 'audio', platformRef: 'o1', mimeType: 'audio/ogg', sizeBytes: 31_000 }] }),
  },
  'audio file': {
    update: said({
      audio: {
        file_id: 'm1',
        file_unique_id: 'x',
        duration: 60,
        mime_type: 'audio/mpeg',
        title: 'Rekaman',
        file_size: 900_000,
      },
    }),
    becomes: inbound({
      attachments: [{ kind: 'audio', platformRef: 'm1', mimeType: 'audio/mpeg', sizeBytes: 900_000 }],
    }),
  },
  'video note': {
    update: said({ video_note: { file_id: 'n1', file_unique_id: 'x', length: 384, duration: 11, file_size: 700_000 } }),
    becomes: inbound({
      attachments: [{ kind: 'video', platformRef: 'n1', mimeType: 'video/mp4', sizeBytes: 700_000 }],
    }),
  },
  location: {
    update: said({ location: { latitude: -6.914744, longitude: 107.60981 } }),
    becomes: inbound({ text: '', attachments: [], location: { latitude: -6.914744, longitude: 107.60981 } }),
  },
  'live location': {
    update: said({
      location: { latitude: -7.8, longitude: 110.36, live_period: 900, heading: 12, horizontal_accuracy: 6.5 },
    }),
    becomes: inbound({ location: { latitude: -7.8, longitude: 110.36 } }),
  },
  'live location that moved': {
    update: update({
      edited_message: message({
        edit_date: SENT_AT + 30,
        location: { latitude: -7.81, longitude: 110.37, live_period: 900 },
      }),
    }),
    becomes: { type: 'ignore', reason: 'location_moved' },
  },
  venue: {
    update: said({
      location: { latitude: -6.2, longitude: 106.8 },
      venue: { location: { latitude: -6.2, longitude: 106.8 }, title: 'Pasar Senen', address: 'Jl. Pasar Senen' },
    }),
    becomes: inbound({ location: { latitude: -6.2, longitude: 106.8, name: 'Pasar Senen, Jl. Pasar Senen' } }),
  },
  "contact, one's own": {
    update: said({ contact: { phone_number: '+628120000001', first_name: 'Siti', user_id: 90210 } }),
    becomes: inbound(NOTHING),
  },
  "contact, another's": {
    update: said({ contact: { phone_number: '+628120000002', first_name: 'Pak RT', vcard: 'BEGIN:VCARD' } }),
    becomes: inbound({ ...NOTHING, displayName: 'Siti Rahma' }),
  },
  sticker: {
    update: said({
      sticker: {
        file_id: 's1',
        file_unique_id: 'x',
        type: 'regular',
        width: 512,
        height: 512,
        emoji: '👍',
        set_name: 'Jempol',
      },
    }),
    becomes: inbound(NOTHING),
  },
  poll: {
    update: said({
      poll: {
        id: '77',
        question: 'Siapa?',
        options: [{ text: 'A', voter_count: 0 }],
        total_voter_count: 0,
        is_closed: false,
      },
    }),
    becomes: inbound(NOTHING),
  },
  dice: { update: said({ dice: { emoji: '🎲', value: 4 } }), becomes: inbound(NOTHING) },
  story: { update: said({ story: { chat: { id: 90210, type: 'private' }, id: 3 } }), becomes: inbound(NOTHING) },
  'paid media': {
    update: said({ paid_media: { star_count: 5, paid_media: [{ type: 'preview', width: 10, height: 10 }] } }),
    becomes: inbound(NOTHING),
  },
  'kind that came after us': { update: said({ hologram: { file_id: 'h1' } }), becomes: inbound(NOTHING) },
  'forwarded text': {
    update: said({
      text: '/start ABC Air PDAM mati dari kemarin',
      forward_origin: { type: 'user', sender_user: OTHER_CITIZEN, date: SENT_AT - 5000 },
    }),
    becomes: inbound({ text: '/start ABC Air PDAM mati dari kemarin', forwarded: true }),
  },
  'forwarded photo of a hidden sender': {
    update: said({
      photo: photo('p4'),
      forward_origin: { type: 'hidden_user', sender_user_name: 'Warga', date: SENT_AT - 5000 },
      forward_date: SENT_AT - 5000,
    }),
    becomes: inbound({ forwarded: true }),
  },
  'forwarded text as older servers say it': {
    update: said({ text: 'Air mati', forward_date: SENT_AT - 5000, forward_from: OTHER_CITIZEN }),
    becomes: inbound({ text: 'Air mati', forwarded: true }),
  },
  'text through another bot': {
    update: said({
      text: 'cuaca: hujan',
      via_bot: { id: 9, is_bot: true, first_name: 'Cuaca', username: 'cuaca_bot' },
    }),
    becomes: inbound({ text: 'cuaca: hujan', forwarded: true }),
  },
  'edited text': {
    update: update({
      edited_message: message({ message_id: 38, edit_date: SENT_AT + 40, text: 'Jl. Melati, bukan Mawar' }),
    }),
    becomes: inbound({
      externalId: `38:${SENT_AT + 40}`,
      edited: { of: '38' },
      text: 'Jl. Melati, bukan Mawar',
      sentAt: new Date((SENT_AT + 40) * 1000),
    }),
  },
  'edited caption': {
    update: update({
      edited_message: message({ message_id: 37, edit_date: SENT_AT + 50, photo: photo('p5'), caption: 'depan SDN 3' }),
    }),
    becomes: inbound({ externalId: `37:${SENT_AT + 50}`, edited: { of: '37' }, text: 'depan SDN 3' }),
  },
  '/start': { update: said({ text: '/start' }), becomes: inbound({ text: '/start' }) },
  '/start with a payload': {
    update: said({ text: '/start Tk_9-abc', entities: [{ type: 'bot_command', offset: 0, length: 6 }] }),
    becomes: inbound({ text: '/start', startPayload: 'Tk_9-abc' }),
  },
  '/start with 64 characters of junk': {
    update: said({ text: `/start ${'x'.repeat(64)}` }),
    becomes: inbound({ text: '/start', startPayload: 'x'.repeat(64) }),
  },
  '/start with a report behind it': {
    update: said({ text: '/start sampah menumpuk di TPS Cikutra' }),
    becomes: inbound({ text: 'sampah menumpuk di TPS Cikutra' }),
  },
  '/start for us by name': {
    update: said({ text: '/start@Aduan_Bot t1' }),
    becomes: inbound({ text: '/start', startPayload: 't1' }),
  },
  '/start for another bot': {
    update: said({ text: '/start@OtherBot' }),
    becomes: inbound({ text: '/start@OtherBot' }),
  },
  'command in the middle': { update: said({ text: '/batal@aduan_bot' }), becomes: inbound({ text: '/batal' }) },
};
