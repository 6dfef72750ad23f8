const MS_PER_SECOND = 1000;

let updateId = 5_000_000;
let messageId = 0;

/** What one message of a private chat comes as. */
export function messageUpdate(chat: number, text: string): { update_id: number; message: object } {
  return { update_id: ++updateId, message: messageOf(chat, ++messageId, { text }) };
}

/** A changed message: recorded, and where nothing is being written it is answered by nothing. */
export function editUpdate(chat: number, text: string): { update_id: number; edited_message: object } {
  const edit_date = unixNow();
  return { update_id: ++updateId, edited_message: messageOf(chat, ++messageId, { text, edit_date }) };
}

function messageOf(chat: number, id: number, more: object): object {
  const from = { id: chat, is_bot: false, first_name: 'Warga', language_code: 'id' };
  return { message_id: id, from, chat: { id: chat, first_name: 'Warga', type: 'private' }, date: unixNow(), ...more };
}

function unixNow(): number {
  return Math.floor(Date.now() / MS_PER_SECOND);
}

/** What a citizen writes in one go: a report of many short messages, wanting one answer. */
export function burstText(index: number): string {
  return BURST[index % BURST.length] ?? '';
}

const BURST = [
  'lampu jalan mati di Jl. Mawar RT 03 RW 05 depan masjid sejak seminggu lalu',
  'gelap sekali kalau malam',
  'kemarin ada yang jatuh dari motor',
  'tiangnya yang dekat pos ronda',
  'sudah dilaporkan ke ketua RT',
  'katanya menunggu dari dinas',
  'anak-anak takut pulang mengaji',
  'yang sebelah timur juga redup',
  'mohon segera diperbaiki ya pak',
  'terima kasih sebelumnya',
];
