import { expect } from 'chai';
import { Refusal, Unreachable } from '../../../src/console/staff/api/http.js';
import { createReplies, type PendingReply, type RepliesDeps } from '../../../src/console/staff/state/replies.js';
import { until } from '../../fakes/until.js';

const reply = { conversationId: 'c1', kind: 'say', text: 'Baik Bu', fileIds: [], mentions: [] } as const;

function memoryStorage() {
  const items = new Map<string, string>();
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
  };
}

/** A service that answers as told, one answer a call; the last one holds. */
function service(...answers: (Error | 'ok')[]) {
  const keys: string[] = [];
  return {
    keys,
    async post({ key }: PendingReply) {
      keys.push(key);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
    },
  };
}

function open(deps: Partial<RepliesDeps>) {
  return createReplies({
    storage: memoryStorage(),
    me: () => 'rina',
    post: async () => undefined,
    onSent: async () => undefined,
    ...deps,
  });
}

const taken = new Refusal(409, 'conversation.taken', '', { staffName: 'Agus Salim' });

describe('replies on their way', () => {
  it('leave the list once the service has them', async () => {
    const { post, keys } = service('ok');
    const replies = open({ post });
    replies.add(reply);
    expect(replies.store.get().pending.map(({ text }) => text)).to.deep.equal(['Baik Bu']);
    await until('the reply to be sent', () => replies.store.get().pending.length === 0);
    expect(keys).to.have.length(1);
  });

  it('are sent again under the same key when no answer came', async () => {
    const { post, keys } = service(new Unreachable(), 'ok');
    const replies = open({ post });
    replies.add(reply);
    await until('a first try', () => keys.length === 1);
    replies.wake();
    await until('the reply to be sent', () => replies.store.get().pending.length === 0);
    expect(keys).to.have.length(2);
    expect(keys[0]).to.equal(keys[1]);
  });

  it('outlive the page, with their key', async () => {
    const storage = memoryStorage();
    const lost = service(new Unreachable());
    open({ storage, post: lost.post }).add(reply);
    await until('a first try', () => lost.keys.length === 1);
    const { post, keys } = service('ok');
    const next = open({ storage, post });
    next.wake();
    await until('the reply to be sent', () => next.store.get().pending.length === 0);
    expect(keys).to.deep.equal([lost.keys[0]]);
  });

  it('wait for their writer: nobody else sends them', async () => {
    const storage = memoryStorage();
    const lost = service(new Unreachable());
    open({ storage, post: lost.post }).add(reply);
    await until('a first try', () => lost.keys.length === 1);
    const { post, keys } = service('ok');
    const other = open({ storage, post, me: () => 'agus' });
    other.wake();
    other.add({ ...reply, text: 'Dari Agus' });
    await until('the reply of Agus to be sent', () => other.store.get().pending.length === 1);
    expect(keys).to.have.length(1);
    expect(other.store.get().pending[0]?.by).to.equal('rina');
  });

  it('that are refused stay, tell who has the chat, and hold up no other', async () => {
    const { post, keys } = service(taken, 'ok');
    const replies = open({ post });
    replies.add(reply);
    replies.add({ ...reply, conversationId: 'c2' });
    await until('the second to be sent', () => keys.length === 2 && replies.store.get().pending.length === 1);
    const [kept] = replies.store.get().pending;
    expect(kept?.refused).to.deep.equal({ code: 'conversation.taken', holder: 'Agus Salim' });
  });

  it('that were refused go out under a new key when asked again', async () => {
    const { post, keys } = service(taken, 'ok');
    const replies = open({ post });
    replies.add(reply);
    await until('the refusal', () => replies.store.get().pending[0]?.refused !== undefined);
    replies.retry(replies.store.get().pending[0]?.key ?? '');
    await until('the reply to be sent', () => replies.store.get().pending.length === 0);
    expect(keys[0]).not.to.equal(keys[1]);
  });

  it('go on waiting while the same one is still being done', async () => {
    const { post, keys } = service(new Refusal(409, 'request.conflict', '', {}), 'ok');
    const replies = open({ post });
    replies.add(reply);
    await until('a first try', () => keys.length === 1);
    replies.wake();
    await until('the reply to be sent', () => replies.store.get().pending.length === 0);
    expect(keys[0]).to.equal(keys[1]);
  });

  it('wait for a new sign-in when the session has ended', async () => {
    const { post, keys } = service(new Refusal(401, 'request.unauthorized', '', {}), 'ok');
    const replies = open({ post });
    replies.add(reply);
    await until('a first try', () => keys.length === 1);
    replies.wake();
    await until('the reply to be sent', () => replies.store.get().pending.length === 0);
    expect(keys).to.have.length(2);
  });

  it('are kept in the page where the browser keeps nothing', async () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new Error('full');
      },
    };
    const replies = open({ storage: full });
    replies.add(reply);
    await until('the reply to be sent', () => replies.store.get().pending.length === 0);
  });
});
