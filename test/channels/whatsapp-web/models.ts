/** Messages as WhatsApp Web's own models serialise, written from the library's source; the library reads no others. */
export const SENT_AT_SECONDS = 1_795_489_000;

const CITIZEN = '6281234567890@c.us';

function idOf(id: string, chat = CITIZEN, fromMe = false) {
  return { fromMe, remote: chat, id, _serialized: `${fromMe}_${chat}_${id}` };
}

const text = {
  id: idOf('3EB0AAAA01'),
  type: 'chat',
  body: 'Lampu jalan mati',
  t: SENT_AT_SECONDS,
  notifyName: 'Warga Baik',
  from: { server: 'c.us', user: '6281234567890', _serialized: CITIZEN },
  isNewMsg: true,
  ack: 1,
};

const file = { directPath: '/v/t62/abc', mimetype: 'image/jpeg', size: 300_000, body: '/9j/THUMBNAIL' };

export const MODELS = {
  text,
  fromLid: { ...text, id: idOf('3EB0AAAA09', '123456789012345@lid') },
  photo: { ...text, ...file, id: idOf('3EB0AAAA02'), type: 'image', caption: 'Ini fotonya' },
  photoOnce: { ...text, id: idOf('3EB0AAAA03'), type: 'image', body: '/9j/THUMBNAIL', isViewOnce: true },
  photoOfAlbum: { ...text, ...file, id: idOf('3EB0AAAA04'), type: 'image', parentMsgKey: idOf('3EB0ALBUM') },
  album: { ...text, id: idOf('3EB0ALBUM'), type: 'album', body: undefined },
  voice: { ...text, ...file, id: idOf('3EB0AAAA05'), type: 'ptt', mimetype: 'audio/ogg; codecs=opus' },
  hugeDocument: { ...text, ...file, id: idOf('3EB0AAAA06'), type: 'document', size: 101 * 1024 * 1024 },
  place: {
    ...text,
    id: idOf('3EB0AAAA07'),
    type: 'location',
    body: '/9j/MAP',
    lat: -7.79,
    lng: 110.36,
    loc: 'Pasar Beringharjo\nJl. Margo Mulyo',
  },
  ownText: { ...text, id: idOf('3EB0OWN1', CITIZEN, true), body: 'Saya bantu ya' },
};
