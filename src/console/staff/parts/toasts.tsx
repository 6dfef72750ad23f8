import { toHash } from '../routes.js';
import { useConsole } from '../state/console.js';
import { useStore } from '../state/store.js';

/** What has just happened, told once, out loud too. */
export function Toasts() {
  const { toasts } = useConsole();
  const list = useStore(toasts, (state) => state.toasts);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {list.map(({ id, text, tone, to }) => (
        <p key={id} class={`toast ${tone}`}>
          {to ? <a href={toHash(to)}>{text}</a> : text}
        </p>
      ))}
    </div>
  );
}
