import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Clock } from '../../core/clock.js';
import type { Keys } from '../../core/crypto.js';
import { conversationIdOf } from '../../core/ids.js';
import type { Logger } from '../../core/log.js';
import type { FetchAttachment } from '../../messages/fetch.js';
import type { Address } from '../../messages/message.js';
import { whatsappLink } from '../../messages/whatsapp-link.js';
import type { FileStore } from '../../store/files.js';
import type { ReceiveMessage } from '../channel.js';
import { createProblems, type OnProblem } from '../problems.js';
import type { PushLane } from '../push-lane.js';
import { createFetchAttachment } from './attachments.js';
import { type StartChild, startBrowserProcess } from './child-process.js';
import { createFileRefs } from './file-refs.js';
import { createIntake, type Intake } from './intake.js';
import { createOwnMessageJudge, type OwnMessageDeps } from './own-messages.js';
import { notePairing } from './pairing.js';
import type { WhatsappWebProblem } from './problems.js';
import { type Receipt, receiptOf } from './receipts.js';
import { createSends, limitsOf } from './send.js';
import { createSupervisor, type SessionStatus } from './supervisor.js';
import { createTakeIn } from './take-in.js';
import type { Settings } from './wire.js';

/** One phone a service; the same name whichever number it has, so that a new number goes on with the same people. */
export const ACCOUNT = 'main';
export const LANE = `whatsapp_web:${ACCOUNT}`;

export const DEFAULT_PER_MINUTE = 20;
/** Of the child and its browser together; WhatsApp Web itself needs about half. */
const MEMORY_LIMIT_MB = 1200;

export interface WhatsappWebDeps {
  /** Holds the login, in folders that only this user reads. */
  readonly dataDir: string;
  readonly chromiumPath: string;
  /** At most so many messages a minute go out. */
  readonly perMinute: number;
  readonly memoryLimitMb?: number;
  readonly localPage?: Settings['localPage'];
  readonly extraArgs?: readonly string[];
  /** {@link startBrowserProcess} when omitted. */
  readonly startChild?: StartChild;
  readonly keys: Pick<Keys, 'addressKey'>;
  readonly files: Pick<FileStore, 'save' | 'open'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly quarantine: (lane: string, raw: string, reason: string) => Promise<void>;
  /** When the newest committed message of a chat was sent, by WhatsApp's clock (its `sentAt`, not its turn's `at`). */
  readonly lastCommittedAt: (address: Address) => Promise<Date | undefined>;
  readonly own: OwnMessageDeps;
  readonly onReceipt: (receipt: Receipt) => void;
  /** With every change of state, and with every new QR code. */
  readonly onState: (status: SessionStatus) => void;
  readonly onProblem: OnProblem<WhatsappWebProblem>;
}

export interface WhatsappWebLane extends PushLane {
  status(): SessionStatus;
  /** True when the session is ready and nothing is known to be missing: messages may leave. */
  readonly isUpToDate: () => boolean;
  /** With `lost` while the session is away: it comes back by itself, or is a problem of its own as well. */
  readonly problems: () => readonly (WhatsappWebProblem | 'lost')[];
  readonly fetchAttachment: FetchAttachment;
}

/** WhatsApp through a browser that is paired with a phone: the unofficial way. Runs only while the lane is held. */
export function createWhatsappWebLane(deps: WhatsappWebDeps): WhatsappWebLane {
  const { clock, log, keys, files } = deps;
  const problems = createProblems(LANE, log, deps.onProblem);
  const refs = createFileRefs(keys.addressKey);
  const ownerOf = ({ channel, account, chatId }: Address) =>
    conversationIdOf(keys.addressKey, channel, account, chatId);
  // root has no sandbox to give
  const noSandbox = process.getuid?.() === 0;
  let ownId: string | undefined;
  let intake: Intake | undefined;
  let stopped = new AbortController();

  const supervisor = createSupervisor({
    startChild: deps.startChild ?? startBrowserProcess,
    settings: {
      sessionDir: join(deps.dataDir, 'login'),
      chromiumPath: deps.chromiumPath,
      noSandbox,
      extraArgs: [...(deps.extraArgs ?? [])],
      ...(deps.localPage ? { localPage: deps.localPage } : {}),
    },
    memoryLimitMb: deps.memoryLimitMb ?? MEMORY_LIMIT_MB,
    clock,
    log,
    lane: LANE,
    problems,
    onState(status) {
      if (status.state !== 'ready') intake?.lost();
      deps.onState(status);
    },
    onReady(account) {
      ownId = account;
      notePairing(join(deps.dataDir, 'pairing.json'), account, clock.now()).then(
        (pairing) => {
          if (supervisor.status().state === 'ready') intake?.ready(pairing);
        },
        (error: unknown) => {
          log.error({ lane: LANE, err: error }, 'pairing could not be noted, nothing is taken in');
          problems.raise('behind', 'pairing');
        },
      );
    },
    onMessage: ({ event, raw }) => intake?.arrive({ event, raw }),
    onAck(id, ack) {
      const receipt = receiptOf(id, ack);
      if (receipt) deps.onReceipt(receipt);
    },
  });

  const isUpToDate = () => intake?.isUpToDate() ?? false;

  const sends = createSends({
    session: supervisor,
    clock,
    random: deps.random,
    perMinute: deps.perMinute,
    maySend: isUpToDate,
    async openFile(address, file) {
      const opened = file.fileId === undefined ? undefined : await files.open(ownerOf(address), file.fileId);
      return opened && buffer(opened.stream as Readable);
    },
  });

  const intakeFor = (receive: ReceiveMessage): Intake => {
    const judge = createOwnMessageJudge({
      ...deps.own,
      clock,
      log,
      lane: LANE,
      whenIdle: sends.whenIdle,
      wasSentHere: sends.wasSentHere,
      stopped: stopped.signal,
    });
    return createIntake({
      session: supervisor,
      clock,
      log,
      lane: LANE,
      account: ACCOUNT,
      problems,
      lastCommittedAt: deps.lastCommittedAt,
      takeIn: createTakeIn({
        clock,
        log,
        lane: LANE,
        context: () => ({ account: ACCOUNT, ...(ownId === undefined ? {} : { ownId }) }),
        receive,
        quarantine: (raw, reason) => deps.quarantine(LANE, raw, reason),
        judge: judge.judge,
        sealRef: refs.seal,
        stopped: stopped.signal,
      }),
    });
  };

  return {
    lane: LANE,
    limits: limitsOf(deps.perMinute),
    channel: {
      type: 'whatsapp_web',

      async start(receive) {
        if (intake) return;
        if (noSandbox) log.warn({ lane: LANE }, 'browser runs without its sandbox, because the service runs as root');
        stopped = new AbortController();
        intake = intakeFor(receive);
        supervisor.start();
      },

      async stop() {
        const last = intake;
        intake = undefined;
        stopped.abort();
        await Promise.all([last?.stop(), sends.drain()]);
        await supervisor.stop();
      },

      send: sends.send,
    },
    status: supervisor.status,
    laneStatus() {
      const { state, qr, lostReason } = supervisor.status();
      return {
        state: state === 'qr' ? 'needs_qr' : state,
        problems: problems.current(),
        ...(lostReason ? { lastError: lostReason } : {}),
        ...(qr ? { qr: { data: qr.data, at: qr.at } } : {}),
      };
    },
    isUpToDate,
    problems() {
      // who doesn't hold the lane has no session to lose
      const isLost = intake !== undefined && supervisor.status().state === 'lost';
      return isLost ? ['lost', ...problems.current()] : problems.current();
    },
    linkTo(token) {
      // an opaque id is no number
      const digits = /^(\d+)@c\.us$/.exec(ownId ?? '')?.[1];
      return digits === undefined ? undefined : whatsappLink(digits, token);
    },
    fetchAttachment: createFetchAttachment({
      ...{ session: supervisor, log, lane: LANE },
      ...{ saveFile: files.save, openRef: refs.open },
    }),
  };
}
