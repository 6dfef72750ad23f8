import { go, routeStore } from '../routes.js';
import { useConsole, useMe, useTexts } from '../state/console.js';
import { fill, textOr } from '../texts/texts.js';
import type { LiveEvent } from '../wire.js';
import { useLive } from './live-listen.js';

type Alert = Extract<LiveEvent, { type: 'alert' }>['alert'];

/** Tells of what wants attention: on the page, and by the browser when the page is out of sight and that was asked for. */
export function Alerts() {
  const console = useConsole();
  const texts = useTexts();
  const me = useMe();
  useLive((event) => {
    if (event.type !== 'alert') return;
    const { what, subject } = event.alert;
    const to = placeOf(event.alert);
    const text = fill(textOr(texts, `alert_${what}`, texts.alert_queue_waiting), { subject, name: me.name });
    if (isHere(to) && document.visibilityState === 'visible') return;
    console.toast(text, { tone: URGENT.has(what) ? 'bad' : 'plain', ...(to && { to }) });
    if (document.visibilityState !== 'visible' && console.prefs.get().notify) notify(texts.alertTitle, text, to);
  });
  return null;
}

const URGENT = new Set<Alert['what']>(['handover_overdue', 'breached', 'danger', 'channel', 'numbers_tried']);

function placeOf({ what, subject }: Alert): readonly string[] | undefined {
  if (what === 'channel') return undefined;
  if (what === 'numbers_tried') return ['admin', 'audit'];
  if (/^[A-Z]{2,4}-\d{6}-\d+$/.test(subject)) return ['cases', subject];
  return subject ? ['inbox', subject] : ['inbox'];
}

/** What is on the screen already needs no telling. */
function isHere(to: readonly string[] | undefined): boolean {
  const { parts } = routeStore.get().route;
  return to?.[1] !== undefined && to[0] === parts[0] && to[1] === parts[1];
}

/** Says that something waits, never what: others may see the screen. */
function notify(title: string, body: string, to: readonly string[] | undefined): void {
  if (globalThis.Notification?.permission !== 'granted') return;
  const note = new Notification(title, { body, tag: 'kanal' });
  note.onclick = () => {
    globalThis.focus();
    if (to) go(to);
    note.close();
  };
}
