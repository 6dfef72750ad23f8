import type { ComponentType } from 'preact';
import { parseRoute, type Route, toHash } from './address.js';
import { createStore } from './state/store.js';

// pages need both; what runs without a page takes the other file alone
export type { Route };
export { toHash };

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

/** Follows the address; `go` writes it. */
export const routeStore = createStore({ route: parseRoute(globalThis.location?.hash ?? '') });

export function go(parts: readonly string[], query?: Readonly<Record<string, string | undefined>>): void {
  location.hash = toHash(parts, query);
}

export function followAddress(): void {
  addEventListener('hashchange', () => routeStore.set({ route: parseRoute(location.hash) }));
}
