import type { RefObject } from 'preact';
import { useImperativeHandle, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { fitHeight } from '../../shared/fit-height.js';
import { type ChatState, DRAFT } from '../chat.js';
import { expectedNow } from '../entries.js';
import type { Store } from '../outbox.js';
import type { GeoPoint } from '../wire.js';
import { Icon } from './icons.js';
import { Tray } from './tray.js';
import { useUi } from './ui.js';
import { useStagedFiles } from './use-staged-files.js';

const MAX_CHARS = 10_000;
const MAX_HEIGHT_PIXELS = 160;
const LOCATION_TIMEOUT_MS = 20_000;

export interface ComposerHandle {
  /** Puts text into the field and the caret behind it. */
  fill(text: string): void;
}

interface ComposerProps {
  readonly handle: RefObject<ComposerHandle | null>;
  readonly state: ChatState;
  readonly store: Store;
}

export function Composer({ handle, state, store }: ComposerProps) {
  const { chat, texts } = useUi();
  const [text, setText] = useState(() => store.getItem(DRAFT) ?? '');
  const [location, setLocation] = useState<GeoPoint>();
  const [isLocating, setLocating] = useState(false);
  const [notice, setNotice] = useState('');
  const staged = useStagedFiles(setNotice);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const expected = expectedNow(state.entries);
  const hasContent = text.trim() !== '' || staged.files.length > 0 || location !== undefined;

  useImperativeHandle(
    handle,
    () => ({
      fill(filled: string) {
        change(filled);
        field.current?.focus();
      },
    }),
    [],
  );

  useLayoutEffect(() => {
    fitHeight(field.current, MAX_HEIGHT_PIXELS);
  }, [text]);

  function change(value: string): void {
    setText(value);
    setNotice(value.length >= MAX_CHARS ? texts.tooLong : '');
    try {
      store.setItem(DRAFT, value);
    } catch {
      // kept on the screen only
    }
  }

  function send(): void {
    if (!hasContent || staged.isPreparing) return;
    void chat.send({
      text: text.trim(),
      ...(location && { location }),
      ...(staged.files.length > 0 && { files: staged.files }),
    });
    change('');
    setLocation(undefined);
    setNotice('');
    staged.clear();
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // on a touch keyboard Enter is the only way to a new line
    const isTouch = matchMedia('(pointer: coarse)').matches;
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || isTouch) return;
    event.preventDefault();
    send();
  }

  function locate(): void {
    setNotice('');
    if (!navigator.geolocation) {
      setNotice(texts.locationDenied);
      return;
    }
    setLocating(true);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setLocating(false);
        setLocation({ latitude: coords.latitude, longitude: coords.longitude });
        field.current?.focus();
      },
      () => {
        setLocating(false);
        setNotice(texts.locationDenied);
      },
      { enableHighAccuracy: true, timeout: LOCATION_TIMEOUT_MS, maximumAge: 60_000 },
    );
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {((expected === 'location' && !location) || (expected === 'photo' && staged.files.length === 0)) && (
        <div class="hint">
          <button
            type="button"
            class="option"
            onClick={() => (expected === 'location' ? locate() : picker.current?.click())}
          >
            <Icon name={expected === 'location' ? 'pin' : 'attach'} />{' '}
            {expected === 'location' ? texts.shareLocation : texts.takePhoto}
          </button>
        </div>
      )}
      <Tray
        files={staged.files}
        isPreparing={staged.isPreparing}
        isLocating={isLocating}
        location={location}
        onRemoveFile={staged.remove}
        onRemoveLocation={() => setLocation(undefined)}
      />
      <p class="notice" role="alert">
        {notice}
      </p>
      <div class="composer-row">
        <div class="field">
          <button
            type="button"
            class="round"
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
              void staged.add(event.currentTarget.files);
              event.currentTarget.value = '';
              field.current?.focus();
            }}
          />
          <textarea
            ref={field}
            rows={1}
            maxLength={MAX_CHARS}
            value={text}
            placeholder={texts.placeholder}
            aria-label={texts.placeholder}
            autocomplete="off"
            dir="auto"
            onInput={(event) => change(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <button
            type="button"
            class="round"
            aria-label={texts.shareLocation}
            title={texts.shareLocation}
            onClick={locate}
          >
            <Icon name="pin" />
          </button>
        </div>
        <button
          type="submit"
          class="send"
          aria-label={texts.send}
          title={texts.send}
          aria-disabled={!hasContent || staged.isPreparing}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
