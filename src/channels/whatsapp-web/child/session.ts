import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import whatsapp, { type Client, type Message } from 'whatsapp-web.js';
import { isKeptFromUs } from '../parse.js';
import type { Answer, Call, CallOf, FromChild, Settings } from '../wire.js';
import { cutDown } from './cut-down.js';
import { CallFailure } from './failure-code.js';
import { LIST_CHATS, REFRESH_QR, SOCKET_STATE } from './page-scripts.js';
import { freeProfile } from './profile-lock.js';

/** LocalAuth's name for its folder. */
const PROFILE = 'session';
const ACK_ERROR = -1;
/** Quiet, and no conversation with anybody but WhatsApp. */
const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
];

type Tell = (message: FromChild) => void;

export interface BrowserSession {
  /** Resolves once the page stands; QR and ready are told as they come. */
  start(): Promise<void>;
  /** @throws {CallFailure} or whatever the page threw */
  call(call: Call): Promise<unknown>;
  /** Closes the browser in order, which writes the login to disk. */
  stop(): Promise<void>;
}

/** One life of the unmodified library and its browser. `onLost` is called when that life is over. */
export function createBrowserSession(settings: Settings, tell: Tell, onLost: (reason: string) => void): BrowserSession {
  const client = createClient(settings);
  let isReady = false;
  listen(client, tell, onLost, () => {
    isReady = true;
  });

  const pageOf = () => {
    if (!isReady || !client.pupPage) throw new CallFailure('not_ready', 'the session is not ready');
    return client.pupPage;
  };

  const send = async ({ chatId, text, file }: CallOf<'send'>): Promise<Answer<'send'>> => {
    pageOf();
    const content = file
      ? new whatsapp.MessageMedia(file.mimeType, Buffer.from(file.bytes).toString('base64'), file.name)
      : text;
    const sent: Message | undefined = await client.sendMessage(chatId, content, {
      // a chat is seen when its messages are committed, not when something is said in it
      sendSeen: false,
      linkPreview: false,
      parseVCards: false,
      waitUntilMsgSent: true,
      ...(file && text !== '' ? { caption: text } : {}),
    });
    if (!sent) throw new CallFailure('unknown_chat', 'WhatsApp knows no such chat');
    if (sent.ack === ACK_ERROR) throw new CallFailure('refused', 'WhatsApp did not take the message');
    return { id: sent.id.id };
  };

  const history = async ({ chatId, limit }: CallOf<'history'>): Promise<Answer<'history'>> => {
    pageOf();
    const chat = await client.getChatById(chatId);
    const messages = await chat.fetchMessages({ limit });
    return messages.map((message) => cutDown(message.rawData)).sort((a, b) => timeOf(a) - timeOf(b));
  };

  const download = async ({ ref }: CallOf<'download'>): Promise<Answer<'download'>> => {
    pageOf();
    const message = await client.getMessageById(ref);
    const media = await message?.downloadMedia();
    if (!media) throw new CallFailure('file', 'the page has no such file');
    return { bytes: Buffer.from(media.data, 'base64'), ...(media.mimetype ? { mimeType: media.mimetype } : {}) };
  };

  const ping = async (): Promise<Answer<'ping'>> => {
    // before ready as well: a page that waits for its QR must answer too
    if (!client.pupPage) return { state: 'LAUNCHING' };
    const state = String(await client.pupPage.evaluate(SOCKET_STATE));
    if (state === 'UNPAIRED_IDLE') await client.pupPage.evaluate(REFRESH_QR);
    return { state };
  };

  return {
    async start() {
      const profileDir = join(settings.sessionDir, PROFILE);
      mkdirSync(profileDir, { recursive: true, mode: 0o700 });
      await freeProfile(profileDir);
      await client.initialize();
      watchBrowser(client, onLost);
    },

    async call(call) {
      switch (call.do) {
        case 'send':
          return send(call);
        case 'chats':
          return pageOf().evaluate(LIST_CHATS);
        case 'history':
          return history(call);
        case 'download':
          return download(call);
        case 'seen':
          pageOf();
          await client.sendSeen(call.chatId);
          return null;
        case 'ping':
          return ping();
      }
    },

    stop: () => client.destroy(),
  };
}

function createClient({ sessionDir, chromiumPath, noSandbox, extraArgs, localPage }: Settings): Client {
  return new whatsapp.Client({
    authStrategy: new whatsapp.LocalAuth({ dataPath: sessionDir }),
    puppeteer: {
      executablePath: chromiumPath,
      headless: true,
      args: [...ARGS, ...(noSandbox ? ['--no-sandbox'] : []), ...extraArgs],
      // over a pipe the browser ends when this process does, however it ends
      pipe: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    },
    ...(localPage
      ? { webVersion: localPage.version, webVersionCache: { type: 'local', path: localPage.dir, strict: true } }
      : { webVersionCache: { type: 'none' } }),
  });
}

function listen(client: Client, tell: Tell, onLost: (reason: string) => void, onReady: () => void): void {
  client.on('qr', (data) => tell({ type: 'qr', data }));
  client.on('authenticated', () => tell({ type: 'progress' }));
  client.on('loading_screen', () => tell({ type: 'progress' }));
  client.on('auth_failure', () => onLost('AUTH_FAILURE'));
  // WhatsApp logged us out, or another browser took the session over; the library closes the browser, and that's it
  client.on('disconnected', (reason) => onLost(String(reason)));
  client.on('ready', () => {
    onReady();
    tell({ type: 'ready', account: String(client.info.wid._serialized) });
  });
  client.on('message_create', (message) => tell({ type: 'message', event: 'new', raw: cutDown(message.rawData) }));
  client.on('message_edit', (message) => tell({ type: 'message', event: 'edited', raw: cutDown(message.rawData) }));
  // not in the library's types; a message whose key doesn't come, or isn't meant for us
  for (const event of ['message_ciphertext', 'message_ciphertext_failed'] as const) {
    (client as NodeJS.EventEmitter).on(event, (message: Message) => {
      const raw = cutDown(message.rawData);
      const isFinal = event === 'message_ciphertext_failed' || isKeptFromUs(raw);
      if (isFinal) tell({ type: 'message', event: 'undecryptable', raw });
    });
  }
  client.on('message_ack', (message, ack) => {
    if (message.fromMe) tell({ type: 'ack', id: message.id.id, ack });
  });
}

/** The death of the browser raises no event of the client's. */
function watchBrowser(client: Client, onLost: (reason: string) => void): void {
  const gone = () => onLost('browser_gone');
  client.pupBrowser?.on('disconnected', gone);
  if (!client.pupBrowser?.connected) gone();
}

function timeOf(raw: ReturnType<typeof cutDown>): number {
  return Number(raw.sentAtSeconds) || 0;
}
