import { buffer } from 'node:stream/consumers';
import type { Collection } from 'mongodb';
import type { LaneLimits } from '../../conversations/permits.js';
import type { Clock } from '../../core/clock.js';
import type { Keys } from '../../core/crypto.js';
import { SendError } from '../../core/errors.js';
import { conversationIdOf } from '../../core/ids.js';
import type { Logger } from '../../core/log.js';
import type { FetchAttachment } from '../../messages/fetch.js';
import type { Address, Attachment, InboundMessage } from '../../messages/message.js';
import { whatsappLink } from '../../messages/whatsapp-link.js';
import { statusOfProblems } from '../../staff/channel-states.js';
import { type FileStore, MAX_FILE_BYTES } from '../../store/files.js';
import type { PushLane } from '../push-lane.js';
import { createFetchAttachment } from './attachments.js';
import { createGraphApi } from './graph-api.js';
import { createFetchMedia, META_MEDIA_HOSTS } from './media.js';
import { createOwnNumber } from './own-number.js';
import type { ParseContext } from './parse.js';
import { type CloudProblem, createCloudProblems } from './problems.js';
import { createNoteReceipts, type StoredReceipt } from './receipts.js';
import type { WhatsappWords } from './render.js';
import { createSend } from './send.js';
import { createSignals, type Signal } from './signals.js';
import type { TakeInDeps } from './take-in.js';
import type { Templates } from './templates.js';
import { createWebhook } from './webhook.js';

export const WEBHOOK_PATH = '/webhooks/whatsapp-cloud';
const PAIR_INTERVAL_MS = 6000;
/** Meta lets 45 go in a row and wants them paid back; a guided dialogue never needs more than a few. */
const PAIR_BURST = 5;
const MIN_IN_FLIGHT = 16;

export interface WhatsappCloudSettings {
  readonly token: string;
  readonly phoneNumberId: string;
  /** Newest first. */
  readonly appSecrets: readonly string[];
  readonly verifyToken: string;
  /** With the version: `https://graph.facebook.com/v25.0`. */
  readonly apiRoot: string;
  /** Messages a second that may go out; Meta counts what comes in towards the same limit of 80. */
  readonly perSecond: number;
  /** By which id a person is known; can't be changed once people have written. `user_id` when omitted. */
  readonly identity?: ParseContext['identity'];
  /** Where files may be fetched from; Meta's own host when omitted. */
  readonly mediaHosts?: readonly string[];
}

export interface WhatsappCloudDeps {
  readonly settings: WhatsappCloudSettings;
  readonly templates: Templates;
  readonly words: WhatsappWords;
  /** The name under which the service is known; goes into templates. */
  readonly serviceName: string;
  readonly keys: Keys;
  readonly files: Pick<FileStore, 'open' | 'save'>;
  readonly receipts: Collection<StoredReceipt>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Resolves when the message is durable. */
  readonly receive: (message: InboundMessage) => Promise<unknown>;
  readonly quarantine: (lane: string, raw: string, reason: string) => Promise<void>;
  readonly noteFailed: TakeInDeps['noteFailed'];
  /** Sees every signal, for counters. */
  readonly onSignal?: Signal;
  /** Something that wants a person came up: a constant. */
  readonly onProblem?: (problem: CloudProblem) => void;
}

export interface WhatsappCloudLane extends PushLane {
  readonly fetchAttachment: FetchAttachment;
}

/** WhatsApp through Meta's Cloud API: one phone number of ours. */
export function createWhatsappCloudLane(deps: WhatsappCloudDeps): WhatsappCloudLane {
  const { settings, clock, log, keys, files } = deps;
  const { phoneNumberId: account, apiRoot, token } = settings;
  const lane = `whatsapp_cloud:${account}`;
  const onProblem = deps.onProblem ?? (() => undefined);
  const problems = createCloudProblems(clock, onProblem);
  const signal = createSignals({
    lane,
    log,
    clock,
    ...(deps.onSignal ? { onSignal: deps.onSignal } : {}),
    onAlert(name) {
      problems.note(name);
      onProblem(name);
    },
  });
  const api = createGraphApi({ token, apiRoot, phoneNumberId: account, clock });

  const ownNumber = createOwnNumber({ api, clock });

  const openFile = async (address: Address, file: Attachment): Promise<Blob> => {
    const owner = conversationIdOf(keys.addressKey, address.channel, address.account, address.chatId);
    const opened = file.fileId === undefined ? undefined : await files.open(owner, file.fileId);
    if (!opened) throw new SendError('rejected', 'the file is not in the store');
    const bytes = await buffer(opened.stream);
    return new Blob([bytes], { type: opened.attachment.mimeType ?? 'application/octet-stream' });
  };

  const router = createWebhook({
    account,
    identity: settings.identity ?? 'user_id',
    appSecrets: settings.appSecrets,
    verifyToken: settings.verifyToken,
    clock,
    log,
    receive: deps.receive,
    quarantine: (raw, reason) => deps.quarantine(lane, raw, reason),
    noteReceipts: createNoteReceipts(deps.receipts, clock),
    noteFailed: deps.noteFailed,
    signal,
  });

  const fetchMedia = createFetchMedia({
    api,
    clock,
    hosts: [...(settings.mediaHosts ?? META_MEDIA_HOSTS), new URL(apiRoot).host],
    httpsOnly: apiRoot.startsWith('https:'),
    maxBytes: MAX_FILE_BYTES,
  });

  return {
    lane,
    limits: limitsOf(settings.perSecond),
    channel: {
      type: 'whatsapp_cloud',
      // messages come by the webhook, whoever holds the lane
      start: async () => undefined,
      stop: async () => undefined,
      send: problems.around(
        createSend({
          api,
          openFile,
          templates: deps.templates,
          words: deps.words,
          serviceName: deps.serviceName,
          clock,
          signal,
        }),
      ),
    },
    problems: problems.current,
    laneStatus() {
      const raised = problems.current();
      const code = problems.haltedBy();
      const status = statusOfProblems(raised, code !== undefined, raised.includes('unreachable'));
      return code === undefined ? status : { ...status, lastError: `graph:${code}` };
    },
    linkTo(token) {
      const digits = ownNumber.current();
      return digits === undefined ? undefined : whatsappLink(digits, token);
    },
    close: ownNumber.stop,
    routes: { path: WEBHOOK_PATH, router },
    fetchAttachment: createFetchAttachment({ lane, log, fetchMedia, saveFile: files.save }),
  };
}

export function limitsOf(perSecond: number): LaneLimits {
  return {
    perSecond,
    perSecondBurst: perSecond,
    chatIntervalMs: PAIR_INTERVAL_MS,
    chatBurst: PAIR_BURST,
    // enough for answers that take a second
    maxInFlight: Math.max(MIN_IN_FLIGHT, perSecond),
  };
}
