import { expect } from 'chai';
import { opaqueIdOf } from '../../../src/channels/whatsapp-cloud/opaque-id.js';
import type { Turn } from '../../../src/conversations/turn.js';
import type { GraphServer, Sent } from '../../fakes/graph-server.js';
import { until } from '../../fakes/until.js';
import type { CloudCitizen } from './whole-rig.js';

const NUMBER = /LP-\d{6}-\d{4,}/;
/** On a busy machine a service takes a while to come back, and may be killed again at once. */
const PATIENCE_MS = 120_000;

export function wordsOf({ body }: Sent): string {
  return JSON.stringify(body);
}

/** Two messages, the second when the question is heard. */
export async function report(citizen: CloudCitizen): Promise<void> {
  await citizen.say('lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu');
  await until('the summary is heard', () => citizen.heard().length >= 1, PATIENCE_MS);
  await citizen.say('kirim');
  const isFiled = () => citizen.heard().some((sent) => NUMBER.test(wordsOf(sent)));
  await until('a number is heard', isFiled, PATIENCE_MS).catch((cause: unknown) => {
    throw new Error(`${citizen.phone} heard: ${citizen.heard().map(wordsOf).join(' | ')}`, { cause });
  });
}

/** One case a citizen, and each was told the number of its own. */
export function expectTold(citizens: readonly CloudCitizen[], cases: readonly { readonly _id: string }[]): void {
  expect(cases, 'one case a citizen').to.have.length(citizens.length);
  const told = citizens.flatMap((each) => each.heard().flatMap((sent) => NUMBER.exec(wordsOf(sent))?.[0] ?? []));
  expect([...new Set(told)].sort()).to.deep.equal(cases.map((each) => each._id).sort());
}

/** What the platform has beyond what the turns say was sent, was sent in doubt and is flagged. @returns how many are */
export function expectSentOnceOrFlagged(turns: readonly Turn[], { sent }: Pick<GraphServer, 'sent'>): number {
  const outs = turns.flatMap((turn) => turn.out);
  expect(outs.filter(({ state }) => state !== 'sent' && state !== 'superseded')).to.deep.equal([]);
  const ids = outs.flatMap((out) => (out.state === 'sent' ? [out.platformId] : []));
  const taken = sent.flatMap(({ wamid }) => (wamid === undefined ? [] : [opaqueIdOf(wamid)]));
  const onPlatform = new Set(taken);
  expect(
    ids.filter((id) => !onPlatform.has(id)),
    'what counts as sent is there',
  ).to.deep.equal([]);
  const flagged = outs.filter((out) => out.state === 'sent' && out.resent === true).length;
  expect(taken.length - ids.length, 'unflagged doubles').to.be.within(0, flagged);
  return flagged;
}
