import type { Db } from 'mongodb';
import { type Family, gauge } from './http/metrics.js';
import { CHANNEL_STATES, type ChannelStates } from './staff/channel-states.js';

/** Counting stops here: that a queue is this long says enough, and counting on would cost what it measures. */
const COUNT_UP_TO = 10_000;

/**
 * What the store tells of the whole service, whichever process is asked: the state of each channel account, and how much
 * is owed. Every count is by index.
 */
export function createStoreGauges(db: Db, states: Pick<ChannelStates, 'list'>): () => Promise<Family[]> {
  const count = (collection: string, filter: object) =>
    db.collection(collection).countDocuments(filter, { limit: COUNT_UP_TO });
  const isSet = { $exists: true };

  return async () => {
    const channels = await states.list();
    const [effects, files, notices, dead, people] = await Promise.all([
      count('turns', { applyAt: isSet }),
      count('turns', { lane: { $in: channels.map(({ lane }) => lane) }, fetchAt: isSet }),
      count('cases', { 'notices.at': isSet }),
      count('turns', { deadAt: isSet }),
      count('conversations', { mode: 'queued' }),
    ]);
    const owed = await Promise.all(
      channels.map(async ({ lane, channel, account }) => ({
        labels: { queue: 'messages', channel, account },
        value: await count('turns', { lane, sendAt: isSet }),
      })),
    );
    return [
      gauge(
        'channel_state',
        '1 for the state each channel account is in.',
        channels.flatMap(({ channel, account, state }) =>
          CHANNEL_STATES.map((each) => ({ labels: { channel, account, state: each }, value: each === state ? 1 : 0 })),
        ),
      ),
      gauge(
        'channel_problem',
        '1 for each thing that a person must see to.',
        channels.flatMap(({ channel, account, problems }) =>
          problems.map((problem) => ({ labels: { channel, account, problem }, value: 1 })),
        ),
      ),
      gauge('queue_length', `What is owed, counted up to ${COUNT_UP_TO}.`, [
        ...owed,
        { labels: { queue: 'effects' }, value: effects },
        { labels: { queue: 'files' }, value: files },
        { labels: { queue: 'notices' }, value: notices },
        { labels: { queue: 'people_waiting' }, value: people },
      ]),
      gauge('turns_with_dead_messages', `Turns of which a message was given up, counted up to ${COUNT_UP_TO}.`, [
        { labels: {}, value: dead },
      ]),
    ];
  };
}
