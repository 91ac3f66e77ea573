import type { TokenScope } from '../../core/token-scope.js';
import type { StoredIdentity } from './stored-identity.js';

/** Somebody acts as somebody else, which he may while he may impersonate him. */
export interface Acting {
  readonly owner: StoredIdentity;
  readonly target: StoredIdentity;
}

/** A token as it is kept. */
export interface TokenRecord {
  readonly id: string;
  readonly secretHash: Uint8Array;
  readonly description: string;
  readonly owner: { readonly username: string; readonly uid: string };
  readonly subject: StoredIdentity;
  /** Whose rights it hangs on, also those of the tokens that it was made by. */
  readonly acting: readonly Acting[];
  readonly scope: TokenScope;
  readonly parentId: string | undefined;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number | undefined;
}

/** What may be told of a token. */
export type TokenFacts = Omit<TokenRecord, 'secretHash' | 'acting'>;

/** Every ServiceAccount that a token needs to be the one it was. */
export function serviceAccountsOf({ subject, acting }: Pick<TokenRecord, 'subject' | 'acting'>) {
  const identities = [subject, ...acting.flatMap(({ owner, target }) => [owner, target])];
  return identities.filter((identity) => identity.kind === 'serviceAccount');
}
