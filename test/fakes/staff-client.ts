import type { AppDeps } from '../../src/app.js';
import type { Me } from '../../src/staff/api/auth.js';
import { createPasswords, type Passwords } from '../../src/staff/password.js';

/** Argon2id at its least cost: the same code, in a hundredth of the time. */
export function cheapPasswords(): Passwords {
  return createPasswords({ memoryCost: 64, timeCost: 1, parallelism: 1 });
}

export const GOOD_PASSWORD = 'kuda nil terbang pelan';

/** One browser (or program) at the staff API, with its cookies. */
export interface StaffClient {
  readonly cookies: Map<string, string>;
  /** Sets `me`, and with it the CSRF token that further writes carry. */
  me?: Me;
  /** The raw answer. @param headers go over those that a browser on our page would send */
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  get<T>(path: string): Promise<T>;
  /** @throws {Error} with status and problem when it isn't a success */
  post<T>(path: string, body?: unknown): Promise<T>;
  login(login: string, password?: string, totp?: string): Promise<Response>;
}

export function createStaffClient(url: string): StaffClient {
  const cookies = new Map<string, string>();
  const client: StaffClient = {
    cookies,
    async send(method, path, body, headers = {}) {
      const sent: Record<string, string> = {
        Origin: url,
        'Sec-Fetch-Site': 'same-origin',
        ...(cookies.size > 0 ? { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
        ...(client.me ? { 'X-CSRF-Token': client.me.csrf } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      };
      const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''));
      const response = await fetch(`${url}/api/staff${path}`, {
        method,
        headers: given,
        redirect: 'manual',
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      keep(cookies, response);
      return response;
    },
    get: async <T>(path: string) => readGood<T>(await client.send('GET', path)),
    post: async <T>(path: string, body: unknown = {}) => readGood<T>(await client.send('POST', path, body)),
    async login(login, password = GOOD_PASSWORD, totp?: string) {
      const response = await client.send('POST', '/login', { login, password, ...(totp ? { totp } : {}) });
      if (response.ok) client.me = (await response.clone().json()) as Me;
      return response;
    },
  };
  return client;
}

/** An app whose passwords cost little. */
export const CHEAP: Partial<AppDeps> = { passwords: cheapPasswords() };

function keep(cookies: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';');
    const [name = '', value = ''] = pair.split('=');
    if (/Max-Age=0/.test(line)) cookies.delete(name);
    else cookies.set(name, value);
  }
}

async function readGood<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
