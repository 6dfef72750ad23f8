import type { Router } from 'express';
import type { LaneLimits } from '../conversations/permits.js';
import type { FetchAttachment } from '../messages/fetch.js';
import type { ChatLink } from '../messages/message.js';
import type { LaneStatus } from '../staff/channel-states.js';
import type { Channel } from './channel.js';

/** A channel account that is pushed to: what its lane needs to run. */
export interface PushLane {
  /** `<channel>:<account>` */
  readonly lane: string;
  readonly limits: LaneLimits;
  readonly channel: Channel;
  /** Fetches a file that is still at the platform. */
  readonly fetchAttachment?: FetchAttachment;
  /** False while its session is away or not caught up: what is owed waits unasked, and leaves as soon as this is true. */
  readonly isUpToDate?: () => boolean;
  /** What a person must see to, in a word each; none when all is well. Shown by health, which stays ready. */
  readonly problems?: () => readonly string[];
  /** How its session is, asked while the lane is held; told by {@link problems} alone where there is no session. */
  readonly laneStatus?: () => LaneStatus;
  /**
   * A link into this channel that brings a token along; undefined while it can't be made. The token goes into the URL as
   * it stands: what is given may be a mark that is replaced later.
   */
  readonly linkTo?: (token: string) => ChatLink | undefined;
  /** Waits for what its webhook took in, and refuses more; called at the end of the process. */
  readonly close?: () => Promise<void>;
  /** Its webhook, where it has one: taken in by every process, whoever holds the lane. */
  readonly routes?: { readonly path: string; readonly router: Router };
}

/** How each channel account is: `ok`, or its problems. */
export function partsOf(lanes: readonly PushLane[]): Record<string, string> {
  return Object.fromEntries(
    lanes.flatMap(({ lane, problems }) => (problems ? [[lane, problems().join(', ') || 'ok']] : [])),
  );
}
