// A page that looks to the library like WhatsApp Web: the modules it asks for, by the names it asks for them, and no
// more. What the phone and WhatsApp's servers would do is done through `window.standin`.
(() => {
  const { farSide } = window.__STATE;
  /** Without waiting: the library looks at the page as soon as it stands. */
  const stateOf = (url) => {
    const request = new XMLHttpRequest();
    request.open('GET', `${url}/state`, false);
    request.send();
    return JSON.parse(request.responseText);
  };
  const tellFarSide = async (what, data) => {
    if (farSide) await fetch(`${farSide}/${what}`, { method: 'POST', body: JSON.stringify(data) });
  };
  // { me, known: [chatId], history: [model], perPage, paired }
  const state = farSide ? stateOf(farSide) : window.__STATE;
  const PAIRED = 'standin-paired';
  window.__missing = [];
  window.Debug = { VERSION: '2.3000.standin' };

  const emitter = (more = {}) => {
    const listeners = new Map();
    const on = (names, listener) => {
      for (const name of names.split(' ')) listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    };
    const off = (name, listener) =>
      listeners.set(
        name,
        (listeners.get(name) ?? []).filter((each) => each !== listener),
      );
    const trigger = (name, ...args) => {
      for (const listener of [...(listeners.get(name) ?? [])]) listener(...args);
    };
    const isHeard = (name) => (listeners.get(name) ?? []).length > 0;
    return Object.assign(more, { on, off, trigger, isHeard });
  };

  const wid = (serialized) => ({
    _serialized: serialized,
    server: serialized.split('@')[1],
    user: serialized.split('@')[0],
    isLid: () => serialized.endsWith('@lid'),
    isGroup: () => serialized.endsWith('@g.us'),
    isStatus: () => serialized === 'status@broadcast',
    toString: () => serialized,
  });
  const me = wid(state.me);

  // ---- login
  const Socket = emitter({ state: 'OPENING', hasSynced: false });
  const Cmd = emitter({
    refreshQR() {
      window.standin.refreshed += 1;
      window.standin.newQr();
    },
  });
  const Conn = emitter({
    ref: 'FIRSTREF',
    platform: 'android',
    serialize: () => ({ pushname: 'Kanal', platform: 'android' }),
  });
  const become = (next) => {
    Socket.state = next;
    Socket.trigger('change:state', Socket, next);
  };
  /** WhatsApp takes its time after connecting; the library is lost when this comes before it listens. */
  const sync = () => {
    if (!Socket.isHeard('change:hasSynced')) return setTimeout(sync, 20);
    Socket.hasSynced = true;
    Socket.trigger('change:hasSynced', Socket, true);
  };

  // ---- messages and chats
  const keyOf = (fromMe, chatId, id) => ({ fromMe, remote: wid(chatId), id, _serialized: `${fromMe}_${chatId}_${id}` });
  const messages = new Map();
  const Msg = emitter({
    get: (serialized) => messages.get(serialized),
    getMessagesById: async (ids) => ({ messages: ids.map((id) => messages.get(id)).filter(Boolean) }),
    modelClass: Object,
  });
  const Chat = emitter({
    get: (id) => chats.get(id._serialized ?? id),
    getModelsArray: () => [...chats.values()],
  });
  const chats = new Map();

  const modelOf = (data) => {
    const { chat, id, fromMe, ...rest } = data;
    const key = keyOf(fromMe === true, chat, id);
    const mediaData = { mediaStage: 'RESOLVED' };
    const model = {
      ack: 0,
      type: 'chat',
      notifyName: 'Warga',
      from: fromMe ? me : wid(chat),
      to: fromMe ? wid(chat) : me,
      ...rest,
      id: key,
    };
    const once = emitter();
    return Object.assign(model, {
      once: (name, listener) => once.on(name, listener),
      trigger: once.trigger,
      mediaData,
      serialize() {
        const { serialize: _s, once: _o, trigger: _t, mediaData: _m, ...plain } = this;
        return { ...plain };
      },
    });
  };

  const chatOf = (chatId) => {
    const known = chats.get(chatId);
    if (known) return known;
    const loaded = [];
    const chat = {
      id: wid(chatId),
      t: 0,
      unreadCount: 0,
      mute: { expiration: 0 },
      formattedTitle: 'Warga',
      loaded,
      msgs: { getModelsArray: () => [...loaded] },
      serialize: () => ({ id: wid(chatId), t: chat.t, unreadCount: chat.unreadCount }),
    };
    chats.set(chatId, chat);
    return chat;
  };

  const olderOf = (chat) =>
    state.history.filter(
      (data) =>
        data.chat === chat.id._serialized && !messages.has(keyOf(data.fromMe === true, data.chat, data.id)._serialized),
    );
  const load = (chat, count) => {
    const older = olderOf(chat);
    const page = older.slice(-count).map(modelOf);
    for (const model of page) messages.set(model.id._serialized, model);
    chat.loaded.unshift(...page);
    return page;
  };

  for (const data of state.history) {
    const chat = chatOf(data.chat);
    chat.t = Math.max(chat.t, data.t);
    if (data.unread) chat.unreadCount += 1;
  }
  for (const chat of chats.values()) load(chat, state.perPage);

  const add = (data) => {
    const model = modelOf({ isNewMsg: true, t: Math.floor(Date.now() / 1000), ...data });
    const chat = chatOf(data.chat);
    messages.set(model.id._serialized, model);
    chat.loaded.push(model);
    chat.t = model.t;
    if (!data.fromMe) chat.unreadCount += 1;
    Msg.trigger('add', model);
    return model;
  };

  const ack = (model, value) => {
    model.ack = value;
    Msg.trigger('change:ack', model, value);
  };

  let sentCount = 0;
  class MsgKey {
    constructor({ to, id }) {
      Object.assign(this, keyOf(true, to._serialized, id));
    }
    static async newId() {
      sentCount += 1;
      return `3EB0${Date.now().toString(16).toUpperCase()}${sentCount}`;
    }
  }

  const addAndSendMsgToChat = (chat, message) => {
    if (window.standin.hangSends) {
      window.standin.hung += 1;
      return [Promise.resolve(), new Promise(() => undefined)];
    }
    const { id, to: _to, from: _from, self: _self, local: _local, isNewMsg: _new, ...rest } = message;
    const plain = Object.fromEntries(Object.entries(rest).filter(([, value]) => typeof value !== 'function'));
    const model = add({ ...plain, chat: chat.id._serialized, id: id.id, fromMe: true, t: message.t });
    const sent = { chat: chat.id._serialized, id: id.id, type: model.type, text: model.caption ?? model.body ?? '' };
    window.standin.sent.push({ ...sent, file: model.file });
    const taken = tellFarSide('sent', { ...sent, t: message.t }).then(() => {
      ack(model, 1);
      return { messageSendResult: 'OK' };
    });
    return [Promise.resolve(), taken];
  };

  // ---- files
  class OpaqueData {
    static async createFromData(file, mimetype) {
      const opaque = new OpaqueData();
      opaque.file = file;
      opaque.type = mimetype;
      return opaque;
    }
    url = () => 'blob:standin';
    autorelease() {}
    formData = () => this.file;
  }
  const kindOf = (mimetype) => {
    const kind = mimetype.split('/')[0];
    return ['image', 'video', 'audio'].includes(kind) ? kind : 'document';
  };
  const prepRawMedia = (opaque) => ({
    async waitForPrep() {
      const data = {
        type: kindOf(opaque.type),
        mimetype: opaque.type,
        filehash: `hash${opaque.file.size}`,
        mediaBlob: opaque,
        size: opaque.file.size,
        file: { name: opaque.file.name, size: opaque.file.size, mimetype: opaque.type },
        set(more) {
          Object.assign(data, more);
        },
        toJSON() {
          const { mediaBlob: _b, set: _s, toJSON: _j, ...plain } = data;
          return plain;
        },
      };
      return data;
    },
  });
  const bytesOf = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer;

  const modules = {
    WAWebSocketModel: { Socket },
    WAWebCmd: { Cmd },
    WAWebConnModel: { Conn },
    WAWebOfflineHandler: { OfflineMessageHandler: { getOfflineDeliveryProgress: () => 100 } },
    WAWebAltDeviceLinkingApi: {},
    WABase64: { encodeB64: (key) => btoa(String.fromCharCode(...key)) },
    WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
    WAWebAdvSignatureApi: {},
    WAWebUserPrefsInfoStore: { waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: [1, 2, 3] } }) } },
    WAWebSignalStoreApi: {
      waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: [4, 5, 6] } }) },
    },
    WAWebUserPrefsMultiDevice: { getADVSecretKey: () => 'SECRET' },
    WAWebUserPrefsMeUser: { getMaybeMePnUser: () => me, getMaybeMeLidUser: () => undefined },
    WAWebCollections: { Msg, Chat, Contact: emitter({ get: () => undefined }) },
    WAWebSyncGatingUtils: {},
    WAWebCallCollection: emitter({ calls: new Map() }),
    WAWebNonMessageDataRequestPlaceholderMessageResendUtils: { handlePlaceholderMsgsSeen: () => undefined },
    WAWebBackendJobsCommon: { mediaTypeFromProtobuf: () => null },
    WAWebE2EProtoUtils: { typeAttributeFromProtobuf: () => 'text' },
    WAWebAddonReactionTableMode: { reactionTableMode: { bulkUpsert: () => undefined } },
    WAWebAddonPollVoteTableMode: { pollVoteTableMode: { bulkUpsert: () => undefined } },
    WALinkify: { findLinks: () => [], findLink: () => null },
    WAWebWidFactory: { createWid: (id) => wid(id._serialized ?? id) },
    WAWebFindChatAction: {
      findOrCreateLatestChat: async (id) =>
        state.known.includes(id._serialized) || chats.has(id._serialized)
          ? { chat: chatOf(id._serialized) }
          : undefined,
    },
    WAWebChatGetters: { getIsNewsletter: () => false, getIsBroadcast: () => false },
    WAWebStreamModel: { Stream: { markAvailable() {}, markUnavailable() {} } },
    WAWebUpdateUnreadChatAction: {
      async sendSeen({ chat }) {
        chat.unreadCount = 0;
        window.standin.seen.push(chat.id._serialized);
        await tellFarSide('seen', { chat: chat.id._serialized });
      },
    },
    WAWebMsgKey: MsgKey,
    WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
    WAWebSendMsgChatAction: { addAndSendMsgToChat },
    WAWebChatLoadMessages: { loadEarlierMsgs: async ({ chat }) => load(chat, state.perPage) },
    WAWebDownloadManager: {
      downloadManager: { downloadAndMaybeDecrypt: async ({ directPath }) => bytesOf(directPath) },
    },
    WAWebMediaOpaqueData: OpaqueData,
    WAWebPrepRawMedia: { prepRawMedia },
    WAWebMediaStorage: {
      getOrCreateMediaObject: (filehash) => ({ filehash, size: 0, type: 'image', consolidate() {}, contentInfo: {} }),
    },
    WAWebMmsMediaTypes: { msgToMediaType: ({ type }) => type, castToV4: (type) => type },
    WAWebMediaDataUtils: { shouldUseMediaCache: () => false },
    WAWebMediaInMemoryBlobCache: { InMemoryMediaBlobCache: { put() {} } },
    WAWebMediaMmsV4Upload: {
      uploadMedia: async () => ({
        mediaEntry: { mmsUrl: 'https://mms.invalid', directPath: '/v/uploaded', uploadHash: 'h' },
      }),
    },
  };

  window.require = (name) => {
    if (!Object.hasOwn(modules, name)) window.__missing.push(name);
    return modules[name];
  };

  window.standin = {
    sent: [],
    seen: [],
    refreshed: 0,
    hangSends: false,
    hung: 0,
    /** The phone scans the code. */
    pair() {
      localStorage.setItem(PAIRED, '1');
      become('CONNECTED');
      sync();
    },
    newQr() {
      Conn.ref = `REF${Math.random().toString(36).slice(2)}`;
      Conn.trigger('change:ref', Conn, Conn.ref);
    },
    become,
    logOut() {
      localStorage.removeItem(PAIRED);
      Cmd.trigger('logout');
      // the page loads itself anew, which is how the library knows that it happened
      setTimeout(() => location.reload(), 50);
    },
    receive: (data) => void add(data),
    edit(serialized, body, atMs) {
      const model = messages.get(serialized);
      const before = model.body;
      Object.assign(model, { body, latestEditSenderTimestampMs: atMs });
      Msg.trigger('change:body change:caption'.split(' ')[0], model, body, before);
    },
    ack(id, value) {
      for (const model of messages.values()) if (model.id.id === id) ack(model, value);
    },
  };

  if (farSide) {
    new EventSource(`${farSide}/events?from=${state.history.length}`).onmessage = (event) => {
      const data = JSON.parse(event.data);
      if (!messages.has(keyOf(data.fromMe === true, data.chat, data.id)._serialized)) add(data);
    };
  }

  // the library asks for the state as soon as the page stands
  setTimeout(() => {
    if (!state.paired && localStorage.getItem(PAIRED) !== '1') return become('UNPAIRED');
    become('CONNECTED');
    sync();
  }, 50);
})();
