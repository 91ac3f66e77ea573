import type { TokenScope } from '../../core/token-scope.js';
import type { StoredIdentity } from './stored-identity.js';

/** Owner acting as another identity, while the owner may impersonate it. */
export interface Acting {
  readonly owner: StoredIdentity;
  readonly target: StoredIdentity;
}

/** Stored token. */
export interface TokenRecord {
  readonly id: string;
  readonly secretHash: Uint8Array;
  readonly description: string;
  readonly owner: { readonly username: string; readonly uid: string };
  readonly subject: StoredIdentity;
  /** Rights that it depends on, including those of tokens that created it. */
  readonly acting: readonly Acting[];
  readonly scope: TokenScope;
  readonly parentId: string | undefined;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number | undefined;
}

/** Public facts of a token. */
export type TokenFacts = Omit<TokenRecord, 'secretHash' | 'acting'>;

/** Returns each ServiceAccount that must be unchanged for a token to be valid. */
export function serviceAccountsOf({ subject, acting }: Pick<TokenRecord, 'subject' | 'acting'>) {
  const identities = [subject, ...acting.flatMap(({ owner, target }) => [owner, target])];
  return identities.filter((identity) => identity.kind === 'serviceAccount');
}
