import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { fitHeight } from '../../../shared/fit-height.js';
import { Icon } from '../../parts/icons.js';
import { useKeys } from '../../parts/keys.js';
import { useConsole, useMe, useSettings, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { ConversationView } from '../../wire.js';
import { cannedText, fillCanned, findCanned, mentionsIn, openShortcut } from './canned.js';
import type { Drafts } from './drafts.js';
import { Guide } from './guide.js';
import { type Suggestion, Suggestions } from './suggestions.js';
import { Tray } from './tray.js';
import { useUploads } from './use-uploads.js';

const MAX_CHARS = 4000;
const MAX_HEIGHT_PIXELS = 220;

interface ReplyBoxProps {
  readonly view: ConversationView;
  readonly drafts: Drafts;
  /** Whoever has just taken the chat goes on to write. */
  readonly takesFocus: boolean;
  readonly onTyping: (isTyping: boolean) => void;
  /** Absent where it can't be taken. */
  readonly onClaim?: () => void;
}

/** Where a reply or a private note is written. */
export function ReplyBox({ view, drafts, takesFocus, onTyping, onClaim }: ReplyBoxProps) {
  const console = useConsole();
  const texts = useTexts();
  const me = useMe();
  const { canned, staff, units } = useSettings();
  const { row, may } = view;
  const id = row.conversationId;
  const listId = useId();
  const [kind, setKind] = useState<'say' | 'note'>(may.say ? 'say' : 'note');
  const [text, setText] = useState(() => drafts.read(id));
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [isClosed, setClosed] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const caretWanted = useRef<number | undefined>(undefined);
  const picker = useRef<HTMLInputElement>(null);
  const uploads = useUploads((file, key) => console.api.upload(id, file, key));
  const isNote = kind === 'note' || !may.say;
  const open = isClosed ? undefined : openShortcut(text, caret, isNote ? '@' : '/');
  const found = open ? suggest(open.typed) : [];
  const canSend = text.trim() !== '' && !uploads.isBusy;

  useLayoutEffect(() => {
    // a phone's keyboard would hide what was said before it is read
    if (takesFocus && !matchMedia('(pointer: coarse)').matches) field.current?.focus();
  }, []);
  useKeys({ r: () => write('say'), n: () => write('note') });

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    fitHeight(area, MAX_HEIGHT_PIXELS, 2);
    if (caretWanted.current === undefined) return;
    // before anything more can be typed: later it would go in the wrong place
    area.focus();
    area.setSelectionRange(caretWanted.current, caretWanted.current);
    caretWanted.current = undefined;
  }, [text, isNote]);

  function write(next: 'say' | 'note'): void {
    setKind(next === 'say' && !may.say ? 'note' : next);
    field.current?.focus();
  }

  function suggest(typed: string): readonly (Suggestion & { readonly text: string })[] {
    if (isNote) {
      const others = staff.filter(({ name }) => name.toLowerCase().includes(typed)).slice(0, 8);
      return others.map(({ id: staffId, name, role }) => ({
        id: staffId,
        name,
        more: textOr(texts, `role_${role}`, role),
        text: `@${name} `,
      }));
    }
    return findCanned(canned, typed, row.unit).map((each) => ({
      id: each.id,
      name: `/${each.shortcut}`,
      more: each.title,
      text: fillCanned(cannedText(each, row.locale), cannedValues(), row.locale),
    }));
  }

  function cannedValues() {
    const unit = units.find((each) => each.id === (row.case?.unit ?? row.unit))?.name;
    return { nama: row.name, nomor: row.case?.number, petugas: me.name, unit };
  }

  function change(value: string, at: number): void {
    setText(value);
    setCaret(at);
    setChosen(0);
    setClosed(false);
    drafts.write(id, value);
    onTyping(value !== '' && !isNote);
  }

  function pick(index: number): void {
    const picked = found[index];
    if (!open || !picked) return;
    const before = text.slice(0, open.from) + picked.text;
    caretWanted.current = before.length;
    change(before + text.slice(caret), before.length);
    setClosed(true);
  }

  function send(): void {
    if (!canSend) return;
    console.replies.add({
      conversationId: id,
      kind: isNote ? 'note' : 'say',
      text: text.trim(),
      fileIds: isNote ? [] : uploads.fileIds,
      mentions: isNote ? mentionsIn(text, staff) : [],
    });
    change('', 0);
    if (!isNote) uploads.clear();
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    } else if (found.length > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const by = event.key === 'ArrowDown' ? 1 : found.length - 1;
      setChosen((before) => (before + by) % found.length);
    } else if (found.length > 0 && (event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) {
      event.preventDefault();
      pick(chosen);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      if (found.length > 0) setClosed(true);
      else field.current?.blur();
    }
  }

  return (
    <form
      class={isNote ? 'reply is-note' : 'reply'}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <fieldset class="reply-tabs" aria-label={texts.replyKind}>
        {may.say && (
          <button type="button" aria-pressed={!isNote} onClick={() => write('say')}>
            {texts.reply}
          </button>
        )}
        {!may.say && onClaim && (
          <button type="button" class="claim" onClick={onClaim}>
            <Icon name="person" /> {texts.claimToReply}
          </button>
        )}
        <button type="button" aria-pressed={isNote} onClick={() => write('note')}>
          <Icon name="note" /> {texts.note}
        </button>
      </fieldset>
      {!isNote && <Guide text={text} dueAt={row.case?.dueAt} />}
      {found.length > 0 && (
        <Suggestions
          id={listId}
          label={isNote ? texts.colleagues : texts.canned}
          items={found}
          chosen={chosen}
          onPick={pick}
        />
      )}
      <Tray uploads={uploads} />
      <textarea
        ref={field}
        rows={2}
        maxLength={MAX_CHARS}
        value={text}
        dir="auto"
        placeholder={isNote ? texts.notePlaceholder : texts.replyPlaceholder}
        aria-label={isNote ? texts.note : texts.reply}
        aria-autocomplete="list"
        aria-controls={found.length > 0 ? listId : undefined}
        aria-activedescendant={found.length > 0 ? `${listId}-${chosen}` : undefined}
        onInput={(event) => change(event.currentTarget.value, event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onBlur={() => onTyping(false)}
        onPaste={(event) => {
          const files = event.clipboardData?.files;
          if (isNote || !files || files.length === 0) return;
          event.preventDefault();
          uploads.add(files);
        }}
      />
      <div class="reply-foot">
        {!isNote && (
          <>
            <button
              type="button"
              class="icon-button"
              aria-label={texts.attach}
              title={texts.attach}
              onClick={() => picker.current?.click()}
            >
              <Icon name="attach" />
            </button>
            <input
              ref={picker}
              type="file"
              class="unseen"
              tabIndex={-1}
              aria-hidden="true"
              accept="image/*,video/*,audio/*,application/pdf"
              multiple
              onChange={(event) => {
                uploads.add(event.currentTarget.files);
                event.currentTarget.value = '';
              }}
            />
          </>
        )}
        <small class="muted reply-hint">{isNote ? texts.noteHint : texts.replyHint}</small>
        <button type="submit" class="button primary" aria-disabled={!canSend} title="Ctrl+Enter">
          <Icon name={isNote ? 'note' : 'send'} /> {isNote ? texts.keepNote : texts.send}
        </button>
      </div>
    </form>
  );
}
