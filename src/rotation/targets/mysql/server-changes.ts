import type { Account } from '../../domain/mysql/quoted.js';
import type { Query } from './mysql-session.js';
import type { AccountFacts } from './read-account.js';

/** Changes of one kind of server; each is idempotent. */
export interface ServerChanges {
  /** Statements at the start of a session, so that the server reads names and texts as quoted. */
  readonly settings: readonly string[];
  /** Sets a password; `keep`: the password that stays valid in addition to it. */
  set(
    query: Query,
    change: {
      readonly facts: AccountFacts;
      readonly password: string;
      readonly keep: string | undefined;
    },
  ): Promise<void>;
  /** Creates an account if absent, and gives it the grants of another account. */
  setLike(
    query: Query,
    change: {
      readonly account: Account;
      readonly known: AccountFacts | undefined;
      readonly like: AccountFacts;
      readonly password: string;
    },
  ): Promise<void>;
  /** Ends all passwords, or all but `keep`. */
  end(
    query: Query,
    change: { readonly facts: AccountFacts; readonly keep: string | undefined },
  ): Promise<void>;
}
