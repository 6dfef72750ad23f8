import type { AppDeps } from '../../src/app.js';
import type { Role } from '../../src/staff/actor.js';
import type { AccountMade } from '../../src/staff/api/accounts.js';
import type { Me } from '../../src/staff/api/auth.js';
import { CHEAP, createStaffClient, GOOD_PASSWORD, type StaffClient } from './staff-client.js';
import { startTestApp, type TestApp } from './test-app.js';

/** A member of staff who is signed in. */
export interface Hired {
  readonly id: string;
  readonly login: string;
  readonly client: StaffClient;
}

/** A whole app with an admin who is signed in, and who can take people on. */
export interface StaffApp extends TestApp {
  readonly admin: StaffClient;
  /** Makes an account, accepts its invitation and is signed in with it. */
  hire(role: Role, units?: readonly string[], login?: string): Promise<Hired>;
}

export async function startStaffApp(more: Partial<AppDeps> = {}): Promise<StaffApp> {
  const test = await startTestApp({ ...CHEAP, ...more });
  const admin = createStaffClient(test.url);
  const token = await test.app.staff.accounts.offerFirst();
  admin.me = await admin.post<Me>('/first', { token, name: 'Bu Ratna', login: 'ratna', password: GOOD_PASSWORD });
  let count = 0;
  return {
    ...test,
    admin,
    async hire(role, units = ['dinas_pu'], login = `orang${++count}`) {
      const wanted = { login, name: `Orang ${login}`, role, units };
      const { account, invitation } = await admin.post<AccountMade>('/staff', wanted);
      const client = createStaffClient(test.url);
      client.me = await client.post<Me>('/invite/accept', { token: tokenOf(invitation), password: GOOD_PASSWORD });
      return { id: account.id, login, client };
    },
  };
}

export function tokenOf({ path }: { readonly path: string }): string {
  return path.split('token=')[1] ?? '';
}
