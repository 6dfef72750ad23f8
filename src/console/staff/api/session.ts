import type { z } from 'zod';
import type { AcceptBody, AvailabilityBody, Door, FirstBody, LoginBody, Me, MePatch } from '../../../staff/api/auth.js';
import type { Http } from './http.js';

export type { Me };

type Availability = z.input<typeof AvailabilityBody>;
export type SessionApi = ReturnType<typeof createSessionApi>;

/** Signing in and out, and what concerns oneself. */
export function createSessionApi(http: Http) {
  return {
    door: () => http.get<Door>('/door'),
    me: () => http.get<Me>('/me'),
    login: (body: LoginBody) => http.send<Me>('POST', '/login', body),
    logout: () => http.send<unknown>('POST', '/logout'),
    first: (body: FirstBody) => http.send<Me>('POST', '/first', body),
    accept: (body: AcceptBody) => http.send<Me>('POST', '/invite/accept', body),
    setAvailable: (isAvailable: boolean) =>
      http.send<unknown>('PUT', '/me/availability', { isAvailable } satisfies Availability),
    setLocale: (locale: z.infer<typeof MePatch>['locale']) => http.send<unknown>('PATCH', '/me', { locale }),
  };
}
