import type { Credentials } from './wire/scram.js';
import type { Address } from './wire/server.js';

const USERNAME = 'kanal';
const OPTIONS = 'directConnection=true';

/** For the driver: a Unix socket's path stands percent-encoded in the place of the host. */
export function uriOfSocket(socketPath: string): string {
  return `mongodb://${encodeURIComponent(socketPath)}/?${OPTIONS}`;
}

/** A port of this machine, with the password the store asks for there. */
export function uriOfPort(port: number, password: string): string {
  const user = `${USERNAME}:${encodeURIComponent(password)}`;
  return `mongodb://${user}@127.0.0.1:${port}/?${OPTIONS}&authSource=admin&authMechanism=SCRAM-SHA-256`;
}

/** What a uri made here says; undefined for any other text. */
export function parseUri(uri: string): { readonly address: Address; readonly credentials?: Credentials } | undefined {
  const [, user, password = '', host = ''] = /^mongodb:\/\/(?:([^:@/]+):([^@/]+)@)?([^/?]+)/.exec(uri) ?? [];
  if (host === '') return undefined;
  const port = /^127\.0\.0\.1:(\d+)$/.exec(host)?.[1];
  if (port === undefined) return { address: { socketPath: decodeURIComponent(host) } };
  if (user === undefined) return undefined;
  return { address: { port: Number(port) }, credentials: { username: user, password: decodeURIComponent(password) } };
}

/** Where to connect for a uri, in the terms of node:net. */
export function targetOf(uri: string): { path: string } | { port: number; host: string } | undefined {
  const address = parseUri(uri)?.address;
  if (!address) return undefined;
  return 'port' in address ? { port: address.port, host: '127.0.0.1' } : { path: address.socketPath };
}
