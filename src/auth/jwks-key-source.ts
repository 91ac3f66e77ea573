import { Agent as HttpsAgent } from 'node:https';
import { readFileSync } from 'node:fs';
import { JwksClient } from 'jwks-rsa';
import { unavailable } from '../core/errors/sallyport-error.js';
import type { JwtAuthenticatorConfig } from '../config/config.schema.js';
import { CredentialRefused } from './credential-verifier.js';
import { fetchJwksUrl } from './oidc-discovery.js';

const FETCH_TIMEOUT_MS = 5_000;
const KEYS_KEPT_MS = 10 * 60 * 1_000;
const KEYS_MAX = 50;
const FETCHES_PER_MINUTE_MAX = 10;

/** Public keys of one issuer, by key id. */
export class JwksKeySource {
  readonly #issuer: JwtAuthenticatorConfig['issuer'];
  readonly #certificateAuthority: string | undefined;
  #client: Promise<JwksClient> | undefined;

  constructor(issuer: JwtAuthenticatorConfig['issuer']) {
    this.#issuer = issuer;
    this.#certificateAuthority =
      issuer.certificateAuthorityFile === undefined
        ? undefined
        : readFileSync(issuer.certificateAuthorityFile, 'utf8');
  }

  /** PEM of the key; CredentialRefused for an unknown id, Unavailable where the keys are not. */
  async publicKey(keyId: string): Promise<string> {
    const client = await this.#connected();
    try {
      const key = await client.getSigningKey(keyId);
      return key.getPublicKey();
    } catch (error) {
      const name = (error as Error).name;
      // A rate limit says nothing about this key: others may have used the fetches up.
      if (name === 'SigningKeyNotFoundError') {
        throw new CredentialRefused('unknown key id');
      }
      throw unavailable('the keys of the token issuer cannot be read', { cause: error });
    }
  }

  async #connected(): Promise<JwksClient> {
    this.#client ??= this.#connect();
    try {
      return await this.#client;
    } catch (error) {
      this.#client = undefined; // asked again with the next token
      throw unavailable('the token issuer cannot be reached', { cause: error });
    }
  }

  async #connect(): Promise<JwksClient> {
    const ca = this.#certificateAuthority;
    const jwksUri =
      this.#issuer.jwksUrl ?? (await fetchJwksUrl(this.#issuer.url, ca, FETCH_TIMEOUT_MS));
    return new JwksClient({
      jwksUri,
      timeout: FETCH_TIMEOUT_MS,
      cache: true,
      cacheMaxAge: KEYS_KEPT_MS,
      cacheMaxEntries: KEYS_MAX,
      rateLimit: true,
      jwksRequestsPerMinute: FETCHES_PER_MINUTE_MAX,
      ...(jwksUri.startsWith('https:') ? { requestAgent: new HttpsAgent(ca ? { ca } : {}) } : {}),
    });
  }
}
