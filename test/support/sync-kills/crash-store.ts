import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import type { TestCluster } from '../../cluster/test-cluster.js';
import type { TokenTrust } from '../../services/double-tokens.js';
import type { StoreFates } from './store-fates.js';

export type Texts = Readonly<Record<string, string>>;

/** Namespace and ServiceAccount of all syncs. */
export const crashNamespace = 'pay';
export const crashAccount = 'sallyport-sync';

/** Secret of a store as it is now. */
export interface CurrentSecret {
  readonly values: Texts;
  /** Identity of the state: another one after each write. */
  readonly version: string;
}

/** A store of the tests: what its operator, other programs and its history say. */
export interface CrashStore {
  /** Name of the ExternalStore. */
  readonly name: string;
  /** Prefix of names in the store. */
  readonly prefix: string;
  /** Keys of the Secret that the spec refers to; its CA among them. */
  readonly files: Texts;
  readonly fates: StoreFates;
  /** Member of the ExternalStore; `files` are in the Secret with that name. */
  spec(secret: { readonly namespace: string; readonly name: string }): object;
  /** Called once the sync has written a secret. */
  keepVersions?(secret: string): Promise<void>;
  /** Replaces some keys, as another program does. Resolves once the store has acknowledged it. */
  patch(secret: string, change: Texts): Promise<void>;
  current(secret: string): Promise<CurrentSecret>;
  /**
   * Returns all values that the store has had, and can still give out. A store without a history
   * leaves out each value that a write of a gateway has replaced.
   */
  history(secret: string): Promise<ReadonlySet<string>>;
  /** Whether the store keeps former values: otherwise, no conflict is decided against it. */
  readonly keepsHistory: boolean;
  stop(): Promise<void>;
}

/** Starts a store that trusts tokens of this cluster. */
export type StartCrashStore = (home: TestCluster) => Promise<CrashStore>;

/** Trusts tokens of the ServiceAccount of the syncs. */
export async function trustIn(home: TestCluster): Promise<TokenTrust> {
  const { issuer, keys } = await tokenKeysOf(home);
  const subject = `system:serviceaccount:${crashNamespace}:${crashAccount}`;
  const keySet = createLocalJWKSet(keys);
  return (token, audience) =>
    jwtVerify(token, keySet, { issuer, audience, subject, requiredClaims: ['exp', 'iat'] }).then(
      () => true,
      () => false,
    );
}

/** Returns what a cluster publishes about its tokens. */
export async function tokenKeysOf(home: TestCluster) {
  const path = '/.well-known/openid-configuration';
  const { body } = await home.request<{ readonly issuer: string }>('GET', path);
  const { body: keys } = await home.request<JSONWebKeySet>('GET', '/openid/v1/jwks');
  return { issuer: body.issuer, keys };
}

/** Returns the values of a secret that is one object of JSON. */
export function textsIn(json: string): Texts {
  return JSON.parse(json) as Texts;
}

/** Returns all values of some secrets that are objects of JSON. */
export function valuesIn(jsons: Iterable<string>): ReadonlySet<string> {
  return new Set([...jsons].flatMap((json) => Object.values(textsIn(json))));
}
