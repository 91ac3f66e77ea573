import { type AccountGrants, readGrants } from '../../domain/mysql/account-grants.js';
import { GrantSyntaxError } from '../../domain/mysql/grant-tokens.js';
import { isPrivilegedAccount } from '../../domain/mysql/privileged.js';
import { type Account, quoteAccount } from '../../domain/mysql/quoted.js';
import { TargetFault } from '../../domain/target-fault.js';
import { type Query, serverCode } from './mysql-session.js';

/** ER_NONEXISTING_GRANT: there is no such account. */
const NO_SUCH_GRANT = 1141;
/** Maximum number of nested roles that are read. */
const ROLES_MAX = 64;

export interface AccountFacts {
  readonly account: Account;
  readonly grants: AccountGrants;
  readonly isPrivileged: boolean;
}

/** Reads an account; undefined if it does not exist. */
export async function readAccount(
  query: Query,
  account: Account,
): Promise<AccountFacts | undefined> {
  const grants = await grantsFor(query, quoteAccount(account));
  if (grants === undefined) return undefined;
  const ofRoles = await grantsOfRoles(query, grants);
  return { account, grants, isPrivileged: isPrivilegedAccount([grants, ...ofRoles]) };
}

/** Returns the grants of an account's roles, and of their roles recursively. */
async function grantsOfRoles(
  query: Query,
  grants: AccountGrants,
): Promise<readonly AccountGrants[]> {
  const found = new Map<string, AccountGrants>();
  const waiting = [...grants.roles.keys()];
  for (let role = waiting.pop(); role !== undefined; role = waiting.pop()) {
    if (found.has(role)) continue;
    if (found.size >= ROLES_MAX) {
      throw new TargetFault('Unsupported', `the user has more than ${ROLES_MAX} roles`);
    }
    const given = await grantsFor(query, role);
    if (given === undefined) continue;
    found.set(role, given);
    waiting.push(...given.roles.keys());
  }
  return [...found.values()];
}

/** Reads grants; `name` in quotes, as in statements. */
async function grantsFor(query: Query, name: string): Promise<AccountGrants | undefined> {
  try {
    const rows = await query(`SHOW GRANTS FOR ${name}`);
    return readGrants(rows.map((row) => String(Object.values(row)[0])));
  } catch (error) {
    if (serverCode(error) === NO_SUCH_GRANT) return undefined;
    if (!(error instanceof GrantSyntaxError)) throw error;
    throw new TargetFault('Unsupported', 'the grants of the user are in a form that is not known');
  }
}
