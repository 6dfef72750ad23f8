import type { ComponentType } from 'preact';
import { createStore } from './state/store.js';

/** Where one is: `#/inbox/abc?view=queue` is `['inbox', 'abc']` and `{ view: 'queue' }`. */
export interface Route {
  readonly parts: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

export interface PageProps {
  readonly route: Route;
}

export interface PageModule {
  readonly Page: ComponentType<PageProps>;
}

/** The pages by the first part of their address; each is fetched when it is first opened. */
export const PAGES: Readonly<Record<string, () => Promise<PageModule>>> = {
  inbox: () => import('./pages/inbox/page.js'),
  cases: () => import('./pages/cases/page.js'),
  shift: () => import('./pages/shift/page.js'),
  admin: () => import('./pages/admin/page.js'),
  me: () => import('./pages/me/page.js'),
};

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const parts = path.split('/').filter(Boolean).map(decode);
  return { parts, query: Object.fromEntries(new URLSearchParams(search)) };
}

export function toHash(parts: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter((each): each is [string, string] => Boolean(each[1]));
  const search = given.length > 0 ? `?${new URLSearchParams(given)}` : '';
  return `#/${parts.map(encodeURIComponent).join('/')}${search}`;
}

/** Follows the address; `go` writes it. */
export const routeStore = createStore({ route: parseRoute(globalThis.location?.hash ?? '') });

export function go(parts: readonly string[], query?: Readonly<Record<string, string | undefined>>): void {
  location.hash = toHash(parts, query);
}

export function followAddress(): void {
  addEventListener('hashchange', () => routeStore.set({ route: parseRoute(location.hash) }));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
