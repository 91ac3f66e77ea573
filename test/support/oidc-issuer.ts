import { type KeyObject, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type CryptoKey, type JWK, SignJWT, importJWK } from 'jose';
import { Provider } from 'oidc-provider';
import { UserLogins } from './oidc-user-logins.js';
import { send } from './raw-http.js';

const AUDIENCE = 'https://sallyport.test';
const OTHER_AUDIENCE = 'https://other.test';
const CLIENT_SECRET = 'of-the-test-client';

/** Claims that a client's tokens carry beside the standard ones. */
export type ExtraClaims = Readonly<Record<string, unknown>>;

export interface MintOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: CryptoKey | Uint8Array;
}

/** Keys of the issuer beside the one that the provider signs with, by their ids. */
export type OtherKey = 'test-ec' | 'test-ed';

/**
 * A real `oidc-provider` on loopback. Clients get access tokens as JWTs by client credentials; the
 * claims that a client's tokens carry are those it was registered with.
 */
export class OidcIssuer {
  readonly url: string;
  readonly audience = AUDIENCE;
  readonly otherAudience = OTHER_AUDIENCE;
  #privateJwk: JWK;
  readonly #otherKeys: Readonly<Record<OtherKey, JWK>>;
  readonly #clients: Readonly<Record<string, ExtraClaims>>;
  readonly #port: number;
  #server: Server;
  /** Logins of people; absent, the issuer has clients with a secret alone. */
  readonly #logins: UserLogins | undefined;
  /** How often each path was asked for. */
  readonly requests: string[] = [];

  private constructor(parts: {
    readonly server: Server;
    readonly port: number;
    readonly privateJwk: JWK;
    readonly clients: Readonly<Record<string, ExtraClaims>>;
    readonly logins: UserLogins | undefined;
  }) {
    this.#server = parts.server;
    this.#port = parts.port;
    this.#privateJwk = parts.privateJwk;
    this.#otherKeys = {
      'test-ec': otherKey('test-ec', 'ES256'),
      'test-ed': otherKey('test-ed', 'EdDSA'),
    };
    this.#clients = parts.clients;
    this.#logins = parts.logins;
    this.url = `http://127.0.0.1:${parts.port}`;
    this.#serve();
  }

  static async start(
    clients: Readonly<Record<string, ExtraClaims>>,
    logins?: UserLogins,
  ): Promise<OidcIssuer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return new OidcIssuer({ server, port, privateJwk: signingKey('test-1'), clients, logins });
  }

  /** An access token that the provider itself issues to this client. */
  async token(client: string, audience: string = AUDIENCE): Promise<string> {
    const form = new URLSearchParams({ grant_type: 'client_credentials', resource: audience });
    const password = Buffer.from(`${client}:${CLIENT_SECRET}`).toString('base64');
    const answer = await send(this.url, {
      method: 'POST',
      path: '/token',
      headers: {
        authorization: `Basic ${password}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: form.toString(),
    });
    const { access_token: token } = answer.json<{ access_token?: string }>();
    if (token === undefined) throw new Error(`the issuer gave no token: ${answer.text}`);
    return token;
  }

  /** A token that the provider would not issue, by default signed with its own key. */
  async mint({ claims = {}, header = {}, key }: MintOptions = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const known = { iss: this.url, aud: AUDIENCE, sub: 'alice', iat: now, exp: now + 300 };
    const payload = Object.entries({ ...known, ...claims }).filter(([, value]) => value !== null);
    return new SignJWT(Object.fromEntries(payload))
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'test-1', ...header })
      .sign(key ?? (await importJWK(this.#privateJwk, 'RS256')));
  }

  /** Private key of an algorithm that the provider does not sign with. */
  async otherKey(id: OtherKey): Promise<{ readonly alg: string; readonly key: CryptoKey }> {
    const jwk = this.#otherKeys[id];
    const alg = jwk.alg ?? '';
    return { alg, key: (await importJWK(jwk, alg)) as CryptoKey };
  }

  /** From now on it signs with a new key of this id, and publishes that in place of the last. */
  async rotate(kid: string): Promise<void> {
    await this.pause();
    this.#privateJwk = signingKey(kid);
    await this.resume();
  }

  get publicKey(): KeyObject {
    const { kty = '', n = '', e = '' } = this.#privateJwk;
    return createPublicKey({ key: { kty, n, e }, format: 'jwk' });
  }

  /** Ends the listener; `resume` opens it again on the same port. */
  async pause(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async resume(): Promise<void> {
    this.#server = createServer();
    this.#serve();
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  #serve(): void {
    const provider = new Provider(this.url, {
      ...this.#logins?.settings(),
      // jose's type of it is the wider one
      jwks: { keys: [this.#privateJwk, ...Object.values(this.#otherKeys)] as never },
      clients: [
        ...(this.#logins === undefined ? [] : [this.#logins.client()]),
        ...Object.keys(this.#clients).map((id) => ({
          client_id: id,
          client_secret: CLIENT_SECRET,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [] as const,
        })),
      ],
      features: {
        ...(this.#logins === undefined
          ? { devInteractions: { enabled: false } }
          : this.#logins.features()),
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context, audience) => ({
            audience,
            scope: 'read',
            accessTokenFormat: 'jwt',
            accessTokenTTL: 300,
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
      extraTokenClaims: (_context, token) => {
        return { ...this.#clients[token.clientId ?? ''], ...this.#logins?.tokenClaims(token) };
      },
    });
    const handle = provider.callback();
    this.#server.on('request', (request, response) => {
      this.requests.push(request.url ?? '');
      if (this.#logins?.handles(request, response) === true) return;
      const waiting = this.#logins?.delayed(request);
      if (waiting === undefined) void handle(request, response);
      else void waiting.then(() => (response.destroyed ? undefined : handle(request, response)));
    });
  }
}

function signingKey(kid: string): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } as JWK;
}

function otherKey(kid: OtherKey, alg: 'ES256' | 'EdDSA'): JWK {
  const { privateKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('ed25519');
  return { ...privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as JWK;
}
