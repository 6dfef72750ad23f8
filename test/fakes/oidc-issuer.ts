import { createHash, createPrivateKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export const CLIENT = { id: 'kanal', secret: 'rahasia-klien' };

interface Grant {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
}

/** An identity provider over HTTP: discovery, authorization with PKCE, token, keys. Whoever comes is let in at once. */
export interface OidcIssuer {
  readonly url: string;
  /** Who signs in next, and what of the ID token is to be different. */
  person: Record<string, unknown>;
  /** Signs by a key that it doesn't publish. */
  forges: boolean;
  close(): Promise<void>;
}

export async function startOidcIssuer(): Promise<OidcIssuer> {
  const published = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const grants = new Map<string, Grant>();
  const issuer: OidcIssuer = { url: '', person: {}, forges: false, close: async () => undefined };

  const toToken = (nonce: string) => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer.url, aud: CLIENT.id, iat: nowSeconds, exp: nowSeconds + 300, nonce, ...issuer.person };
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${encode({ alg: 'RS256', kid: 'k1' })}.${encode(claims)}`;
    const key = createPrivateKey(
      (issuer.forges ? other : published).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    );
    return `${unsigned}.${sign('sha256', Buffer.from(unsigned), key).toString('base64url')}`;
  };

  function authorize(query: URLSearchParams): string {
    const code = randomUUID();
    const redirectUri = query.get('redirect_uri') ?? '';
    grants.set(code, { nonce: query.get('nonce') ?? '', challenge: query.get('code_challenge') ?? '', redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    return back.href;
  }

  async function token(request: IncomingMessage): Promise<[number, unknown]> {
    const form = new URLSearchParams((await buffer(request)).toString());
    const basic = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64').toString();
    const secret = form.get('client_secret') ?? basic.split(':')[1];
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGood = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri');
    if (!grant || !isGood || secret !== CLIENT.secret) return [400, { error: 'invalid_grant' }];
    return [200, { access_token: 'x', token_type: 'bearer', id_token: toToken(grant.nonce) }];
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', issuer.url);
    if (pathname === '/authorize') return void response.writeHead(302, { Location: authorize(searchParams) }).end();
    const [status, body] = await answer(request, pathname);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });

  async function answer(request: IncomingMessage, pathname: string): Promise<[number, unknown]> {
    if (pathname === '/token') return token(request);
    if (pathname === '/keys')
      return [
        200,
        { keys: [{ ...published.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }] },
      ];
    if (pathname !== '/.well-known/openid-configuration') return [404, {}];
    return [
      200,
      {
        issuer: issuer.url,
        authorization_endpoint: `${issuer.url}/authorize`,
        token_endpoint: `${issuer.url}/token`,
        jwks_uri: `${issuer.url}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
    ];
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(issuer, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
