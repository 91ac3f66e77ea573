import type { AccountGrants } from '../../domain/mysql/account-grants.js';
import { grantPlan } from '../../domain/mysql/grant-plan.js';
import { TargetFault } from '../../domain/target-fault.js';
import { createAccount, endPassword, setPassword } from './mariadb-passwords.js';
import type { Query } from './mysql-session.js';
import { type AccountFacts, readAccount } from './read-account.js';
import type { ServerChanges } from './server-changes.js';

/** Changes of MariaDB. An account has one password, as `mysql_native_password`. */
export const mariadbChanges: ServerChanges = {
  // NO_AUTO_CREATE_USER: otherwise, a grant would create an account without a password.
  settings: [
    "SET SESSION sql_mode = 'NO_AUTO_CREATE_USER', sql_quote_show_create = 1",
    'SET SESSION lock_wait_timeout = 10, old_passwords = 0',
  ],
  async set(query, { facts, password, keep }) {
    if (keep !== undefined) throw oneOnly();
    checkMeans(facts.grants);
    await setPassword(query, facts.account, password);
  },
  /** Sets the password last: nobody can log in before the grants are right. */
  async setLike(query, { account, known, like, password }) {
    if (known !== undefined) checkMeans(known.grants);
    else await createAccount(query, account);
    const facts = known ?? (await mustRead(query, account));
    const plan = grantPlan(account, facts.grants, like.grants);
    for (const statement of plan) await query(statement);
    await setPassword(query, account, password);
  },
  async end(query, { facts, keep }) {
    if (keep !== undefined) throw oneOnly();
    checkMeans(facts.grants);
    await endPassword(query, facts.account);
  },
};

async function mustRead(query: Query, account: AccountFacts['account']): Promise<AccountFacts> {
  const facts = await readAccount(query, account);
  if (facts !== undefined) return facts;
  throw new TargetFault('TargetFailed', 'the target does not show the user that it made');
}

function checkMeans({ terms }: AccountGrants): void {
  if (terms.identified !== 'otherwise') return;
  throw new TargetFault('Unsupported', 'the user logs in by other means than a password');
}

function oneOnly(): TargetFault {
  return new TargetFault('Unsupported', 'MariaDB keeps one password of a user');
}
