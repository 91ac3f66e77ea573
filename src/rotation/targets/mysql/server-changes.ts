import type { Account } from '../../domain/mysql/quoted.js';
import type { Query } from './mysql-session.js';
import type { AccountFacts } from './read-account.js';

/** How one kind of server is changed; each is idempotent. */
export interface ServerChanges {
  /** Statements at the begin of a session, by which names and texts are read as they are quoted. */
  readonly settings: readonly string[];
  /** `keep`: the password that goes on beside the new one. */
  set(
    query: Query,
    change: {
      readonly facts: AccountFacts;
      readonly password: string;
      readonly keep: string | undefined;
    },
  ): Promise<void>;
  /** Makes an account where it is not there, and gives it the grants of another one. */
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
