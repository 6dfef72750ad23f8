import type { Request, Response } from 'express';

const NAMES = { session: 'kanal_staff', device: 'kanal_device', oidc: 'kanal_oidc' } as const;
export type CookieKind = keyof typeof NAMES;

/** The cookies of staff: none that a script can read or another site can send. */
export interface Cookies {
  /** As the browser sent it; undefined when it didn't. */
  read(request: Request, kind: CookieKind): string | undefined;
  /**
   * @param value of letters, digits, `-`, `_` and `.` only
   * @param sameSite `Lax` only for what must come back when an identity provider sends the browser here
   */
  set(
    request: Request,
    response: Response,
    kind: CookieKind,
    value: string,
    maxAgeSeconds: number,
    sameSite?: 'Strict' | 'Lax',
  ): void;
  clear(request: Request, response: Response, kind: CookieKind): void;
}

/** @param publicUrl where people reach the service; its https counts also behind a proxy that we don't trust */
export function createCookies(publicUrl?: string): Cookies {
  const ours = publicUrl?.startsWith('https://') ? new URL(publicUrl).host : undefined;
  const isSecure = (request: Request) => request.secure || (ours !== undefined && request.host === ours);
  // `__Host-` keeps sibling domains from planting a cookie of ours; browsers take it by https only
  const nameOf = (request: Request, kind: CookieKind) => (isSecure(request) ? `__Host-${NAMES[kind]}` : NAMES[kind]);

  const set: Cookies['set'] = (request, response, kind, value, maxAgeSeconds, sameSite = 'Strict') => {
    const secure = isSecure(request) ? '; Secure' : '';
    const limits = `Path=/; HttpOnly; SameSite=${sameSite}; Max-Age=${maxAgeSeconds}${secure}`;
    response.append('Set-Cookie', `${nameOf(request, kind)}=${value}; ${limits}`);
  };

  return {
    set,
    clear: (request, response, kind) => set(request, response, kind, '', 0),
    read(request, kind) {
      const wanted = nameOf(request, kind);
      for (const pair of (request.headers.cookie ?? '').split(';')) {
        const at = pair.indexOf('=');
        if (at > 0 && pair.slice(0, at).trim() === wanted) return pair.slice(at + 1).trim();
      }
      return undefined;
    },
  };
}
