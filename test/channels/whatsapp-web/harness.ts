import type { StartChild } from '../../../src/channels/whatsapp-web/child-process.js';
import type { OwnMessage } from '../../../src/channels/whatsapp-web/parse.js';
import type { Receipt } from '../../../src/channels/whatsapp-web/receipts.js';
import type { SessionStatus } from '../../../src/channels/whatsapp-web/supervisor.js';
import {
  ACCOUNT,
  createWhatsappWebLane,
  type WhatsappWebDeps,
  type WhatsappWebLane,
} from '../../../src/channels/whatsapp-web/whatsapp-web.js';
import { type Clock, systemClock } from '../../../src/core/clock.js';
import { conversationIdOf } from '../../../src/core/ids.js';
import { createLog, type Logger } from '../../../src/core/log.js';
import type { Address, InboundMessage, OutboundMessage } from '../../../src/messages/message.js';
import { createMemoryFiles } from '../../fakes/memory-files.js';

export const ADDRESS_KEY = Buffer.alloc(32, 7);

/** The service's side of the channel: what it took in, what it was told, and what it knows. */
export interface Service {
  readonly lane: WhatsappWebLane;
  readonly received: InboundMessage[];
  readonly receipts: Receipt[];
  readonly takeovers: OwnMessage[];
  readonly settled: { readonly id: string; readonly platformId: string }[];
  readonly quarantined: string[];
  readonly states: SessionStatus[];
  readonly problems: string[];
  /** Messages in doubt, for the next own message that is judged. */
  readonly inDoubt: OutboundMessage[];
  /** Platform ids that the store knows as ours. */
  readonly sentBefore: Set<string>;
  refuseTakeover: boolean;
  /** Whether the store holds a send that nobody has settled. */
  isSending: (() => boolean) | undefined;
  /** Throws here what `receive` is to throw. */
  refuse: ((message: InboundMessage) => void) | undefined;
  /** What `receive` waits for here, if anything. */
  hold: ((message: InboundMessage) => Promise<void> | undefined) | undefined;
  readonly files: ReturnType<typeof createMemoryFiles>;
  start(): Promise<void>;
}

export interface ServiceOptions extends Partial<Pick<WhatsappWebDeps, 'localPage' | 'extraArgs' | 'memoryLimitMb'>> {
  readonly dataDir: string;
  readonly chromiumPath?: string;
  readonly perMinute?: number;
  readonly startChild?: StartChild;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** What a restart of the service keeps: the store. */
export interface Kept {
  readonly taken: Map<string, InboundMessage>;
}

export function createService(options: ServiceOptions, kept: Kept = { taken: new Map() }): Service {
  const received: InboundMessage[] = [];
  const service: Omit<Service, 'lane' | 'start'> = {
    received,
    receipts: [],
    takeovers: [],
    settled: [],
    quarantined: [],
    states: [],
    problems: [],
    inDoubt: [],
    sentBefore: new Set(),
    refuseTakeover: false,
    isSending: undefined,
    refuse: undefined,
    hold: undefined,
    files: createMemoryFiles(),
  };
  const lane = createWhatsappWebLane({
    dataDir: options.dataDir,
    chromiumPath: options.chromiumPath ?? '/nowhere',
    perMinute: options.perMinute ?? 6000,
    ...(options.startChild ? { startChild: options.startChild } : {}),
    keys: { addressKey: ADDRESS_KEY },
    files: service.files,
    clock: options.clock ?? systemClock,
    log: options.log ?? createLog('silent'),
    random: () => 0.5,
    quarantine: async (_lane, _raw, reason) => void service.quarantined.push(reason),
    lastCommittedAt: async ({ chatId }) => newestOf(kept, chatId),
    own: {
      isOurs: async (_address, platformId) => service.sentBefore.has(platformId),
      inDoubt: async () => [...service.inDoubt],
      isSending: async () => service.isSending?.() ?? false,
      settle: async ({ id }, platformId) => {
        service.settled.push({ id, platformId });
        service.inDoubt.length = 0;
      },
      async takeover(own) {
        if (service.refuseTakeover) throw new TypeError('broken');
        service.takeovers.push(own);
      },
    },
    onReceipt: (receipt) => void service.receipts.push(receipt),
    onState: (status) => void service.states.push(status),
    onProblem: (problem, state) => void service.problems.push(`${problem} ${state}`),
    ...(options.localPage ? { localPage: options.localPage } : {}),
    ...(options.extraArgs ? { extraArgs: options.extraArgs } : {}),
    ...(options.memoryLimitMb === undefined ? {} : { memoryLimitMb: options.memoryLimitMb }),
  });
  return Object.assign(service, {
    lane,
    start: () =>
      lane.channel.start(async (message) => {
        await service.hold?.(message);
        service.refuse?.(message);
        const key = `${message.address.chatId} ${message.externalId}`;
        if (kept.taken.has(key)) return;
        kept.taken.set(key, message);
        received.push(message);
      }),
  });
}

function newestOf({ taken }: Kept, chatId: string): Date | undefined {
  const times = [...taken.values()].filter(({ address }) => address.chatId === chatId).map(({ sentAt }) => +sentAt);
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}

export function addressOf(chatId: string): Address {
  return { channel: 'whatsapp_web', account: ACCOUNT, chatId };
}

export function ownerOf(chatId: string): string {
  return conversationIdOf(ADDRESS_KEY, 'whatsapp_web', ACCOUNT, chatId);
}

export function outbound(chatId: string, text: string, more: Partial<OutboundMessage> = {}): OutboundMessage {
  return { id: `turn#${text}/0`, address: addressOf(chatId), seq: 1, kind: 'reply', text, ...more };
}
