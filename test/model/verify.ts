import type { ConversationRow } from '../../src/conversations/rows.js';
import type { Turn } from '../../src/conversations/turn.js';
import type { Played, World } from './world.js';

const NUMBER = /^LP-\d{6}-\d{4,}$/;
/** What the bot may say though a person holds the conversation. */
const ALWAYS_SAID = 'urgent';

/** What is wrong with a conversation once all is done, by what the store and the platform have of it. */
export async function verify({ apps }: World, played: Played): Promise<string[]> {
  const [app] = apps;
  if (!app) return ['nobody is there'];
  const turns = await app.conversations.turns.after(played.conversationId, 0, 1000);
  const cases = await app.connection
    .collection<{ _id: string; effectKey: string; conversationId: string }>('cases')
    .find({ effectKey: { $regex: `^${played.conversationId}#` } })
    .toArray();
  const row = await app.conversations.rows.find(played.conversationId);
  return [
    ...played.surprises.map((each) => `an error without a reason: ${each}`),
    ...nothingLost(turns, played),
    ...inOrder(turns, played),
    ...allSettled(turns),
    ...saidAsTaken(turns, played),
    ...quietWhileHeld(turns),
    ...filedOnce(turns, cases),
    ...answered(turns),
    ...rowTells(turns, row),
  ];
}

/** Every message that was acknowledged is one turn, and nothing else is. */
function nothingLost(turns: readonly Turn[], { taken }: Played): string[] {
  const kept = turns.filter(({ source }) => source.kind === 'citizen').map(({ source }) => source.key);
  const lost = taken.filter((id) => kept.filter((key) => key === id).length !== 1);
  const made = kept.filter((key) => !taken.includes(key));
  return [...lost.map((id) => `${id} is not one turn`), ...made.map((key) => `${key} was never written`)];
}

function inOrder(turns: readonly Turn[], { inOrder: written, heard }: Played): string[] {
  const gaps = turns.filter(({ seq }, index) => seq !== index + 1).map(({ seq }) => `a gap before turn ${seq}`);
  const seqOf = new Map(turns.map(({ source, seq }) => [source.key, seq]));
  const late = written.filter((id, index) => (seqOf.get(id) ?? 0) <= (seqOf.get(written[index - 1] ?? '') ?? 0));
  const firsts = [...new Map(heard().map(({ id, seq }) => [id, seq])).values()];
  const crossed = firsts.filter((seq, index) => seq < (firsts[index - 1] ?? 0));
  return [
    ...gaps,
    ...late.map((id) => `${id} stands before what was written earlier`),
    ...crossed.map((seq) => `turn ${seq} was heard after a later one`),
  ];
}

/** Every message was sent, overtaken, or given up for a reason; every effect was done, or refused for one. */
function allSettled(turns: readonly Turn[]): string[] {
  return turns.flatMap(({ seq, out, effects }) => [
    ...out
      .filter((each) => each.state === 'due' || each.state === 'sending' || (each.state === 'dead' && !each.reason))
      .map(({ state }) => `turn ${seq} has a message that is ${state}`),
    ...effects
      .filter(({ state, reason }) => state === 'due' || (state === 'refused' && !reason))
      .map(({ name, state }) => `turn ${seq} has ${name} that is ${state}`),
  ]);
}

/**
 * The platform took what is marked as sent: once, or twice where it is flagged. What was in doubt may have been taken
 * once before it was overtaken or given up.
 */
function saidAsTaken(turns: readonly Turn[], { heard }: Played): string[] {
  const taken = heard();
  return turns.flatMap(({ _id, seq, out }) =>
    out.flatMap((each, index) => {
      const times = taken.filter(({ id }) => id === `${_id}/${index}`).length;
      const resent = 'resent' in each && each.resent === true;
      const isRight =
        each.state === 'sent'
          ? times === 1 || (resent && times === 2)
          : each.state === 'dead'
            ? times <= (each.reason === 'unknown_after_resend' ? 2 : resent ? 1 : 0)
            : times <= 1;
      return isRight ? [] : [`message ${index} of turn ${seq}, ${each.state}, was taken ${times} times`];
    }),
  );
}

/** While a person holds the conversation, the bot answers nothing that the citizen writes but where life is at risk. */
function quietWhileHeld(turns: readonly Turn[]): string[] {
  return turns.flatMap(({ seq, source, out }, index) => {
    const before = turns[index - 1]?.after;
    if (source.kind !== 'citizen' || before?.mode !== 'staff') return [];
    return out
      .filter(({ kind }) => kind !== ALWAYS_SAID)
      .map(() => `the bot spoke in turn ${seq}, which a person held`);
  });
}

/** Each filing that was done is one case under a number of its own. */
function filedOnce(
  turns: readonly Turn[],
  cases: readonly { readonly _id: string; readonly effectKey: string }[],
): string[] {
  const done = turns.flatMap(({ _id, effects }) =>
    effects.flatMap(({ name, state }, index) => (name === 'file_case' && state === 'done' ? [`${_id}/${index}`] : [])),
  );
  const keys = cases.map(({ effectKey }) => effectKey);
  return [
    ...done.filter((key) => keys.filter((each) => each === key).length !== 1).map((key) => `${key} is not one case`),
    ...keys.filter((key) => !done.includes(key)).map((key) => `a case was filed for ${key}, which is not done`),
    ...cases.filter(({ _id }) => !NUMBER.test(_id)).map(({ _id }) => `"${_id}" is no case number`),
  ];
}

/** Whoever writes to the bot is answered, there or by what overtook it. */
function answered(turns: readonly Turn[]): string[] {
  return turns.flatMap(({ seq, source, out, after }, index) => {
    const mode = turns[index - 1]?.after.mode ?? 'bot';
    if (source.kind !== 'citizen' || mode !== 'bot' || after.mode !== 'bot' || out.length > 0) return [];
    return [`nothing was said to turn ${seq}`];
  });
}

/** What staff see of it is where it stands. */
function rowTells(turns: readonly Turn[], row: Pick<ConversationRow, 'mode' | 'lastSeq'> | undefined): string[] {
  const last = turns.at(-1);
  if (!last) return [];
  if (!row) return ['it has no row'];
  const isBehind = row.lastSeq !== last.seq || row.mode !== last.after.mode;
  return isBehind ? [`its row says ${row.mode} at ${row.lastSeq}, and it is ${last.after.mode} at ${last.seq}`] : [];
}
