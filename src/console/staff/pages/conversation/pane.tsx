import { useEffect, useMemo, useState } from 'preact/hooks';
import { failureText } from '../../parts/failure-text.js';
import { useKeys } from '../../parts/keys.js';
import { useLive } from '../../parts/live-listen.js';
import { useRetry } from '../../parts/use-retry.js';
import { toHash } from '../../routes.js';
import { useConsole, useMe, useTexts } from '../../state/console.js';
import { useStore } from '../../state/store.js';
import { createConversation } from './conversation.js';
import { openDrafts } from './drafts.js';
import { ConversationHeader } from './header.js';
import { Log } from './log.js';
import { ReplyBox } from './reply-box.js';
import { Side } from './side.js';
import { TransferDialog } from './transfer.js';
import { usePresence } from './use-presence.js';
import './conversation.css';
import './log.css';
import './reply.css';

const WIDE = '(min-width: 1100px)';

interface ConversationPaneProps {
  readonly id: string;
  /** Of the list one came from. */
  readonly back: Readonly<Record<string, string | undefined>>;
}

/** One chat: what was said, the reply box, and what to know beside it. */
export function ConversationPane({ id, back }: ConversationPaneProps) {
  const console = useConsole();
  const texts = useTexts();
  const me = useMe();
  const conversation = useMemo(() => createConversation(console, id), [console, id]);
  const drafts = useMemo(() => openDrafts(globalThis.sessionStorage, me.staffId), [me.staffId]);
  const { view, failure } = useStore(conversation.store, (state) => state);
  const [isPanelOpen, setPanelOpen] = useState(() => matchMedia(WIDE).matches);
  const [isTransferOpen, setTransferOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [hasClaimed, setClaimed] = useState(false);
  const tellPresence = usePresence(id);
  // who holds a chat keeps it until they pass it on
  const mayClaim = view?.may.claim === true && view.row.mode !== 'staff';

  useEffect(() => {
    void conversation.load();
    console.onSent = (reply) => (reply.conversationId === id ? conversation.readNewer() : Promise.resolve());
  }, [conversation]);
  useEffect(() => {
    const look = () => conversation.markRead();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [conversation]);
  useLive((event) => conversation.take(event));
  useRetry(failure === 'away', conversation.load);

  async function act(deed: () => Promise<void>): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    try {
      await deed();
    } catch (error) {
      console.toast(failureText(error, texts), { tone: 'bad' });
    }
    setBusy(false);
  }

  const deeds = {
    // its button goes away; who took the chat by a key has the focus where it was
    claim: () => {
      setClaimed(true);
      void act(conversation.claim);
    },
    release: () => void act(conversation.release),
    transfer: () => setTransferOpen(true),
    togglePanel: () => setPanelOpen(!isPanelOpen),
  };
  useKeys({
    i: deeds.togglePanel,
    c: () => mayClaim && void act(conversation.claim),
    e: () => view?.may.release && deeds.release(),
    t: () => view?.may.transfer && deeds.transfer(),
  });

  if (!view) {
    return (
      <section class="empty-pane">
        {failure === undefined ? (
          <p role="status">{texts.opening}</p>
        ) : (
          <p role="alert">
            {failure === 'gone' ? texts.chatGone : texts.unreachable}{' '}
            <button type="button" class="button" onClick={() => void conversation.load()}>
              {texts.tryAgain}
            </button>{' '}
            <a href={toHash(['inbox'], back)}>{texts.back}</a>
          </p>
        )}
      </section>
    );
  }
  return (
    <>
      <section class="conversation" aria-label={view.row.name || texts.nameless}>
        <ConversationHeader
          view={view}
          back={back}
          isPanelOpen={isPanelOpen}
          isBusy={isBusy}
          deeds={deeds}
          mayClaim={mayClaim}
        />
        <Log conversation={conversation} />
        <ReplyBox
          key={String(view.may.say)}
          view={view}
          drafts={drafts}
          takesFocus={hasClaimed && view.may.say}
          onTyping={tellPresence}
          {...(mayClaim && { onClaim: deeds.claim })}
        />
      </section>
      {isPanelOpen && <Side view={view} onClose={() => setPanelOpen(false)} />}
      {isTransferOpen && (
        <TransferDialog
          holder={view.row.staffId}
          onTransfer={(to) => conversation.transfer(to)}
          onClose={() => setTransferOpen(false)}
        />
      )}
    </>
  );
}
