import { randomBytes } from 'node:crypto';
import type {
  Login,
  PasswordChange,
  PasswordEnd,
  PasswordTarget,
  TargetConnection,
} from '../../domain/password-target.js';
import { roleNameProblem } from '../../domain/postgres/quoted.js';
import { isPrivilegedRole } from '../../domain/postgres/role-facts.js';
import { likeStatements, passwordStatement } from '../../domain/postgres/role-statements.js';
import { scramVerifier } from '../../domain/postgres/scram-verifier.js';
import { TargetFault } from '../../domain/target-fault.js';
import { newPasswordText } from '../password-text.js';
import { boundedCall } from '../bounded-call.js';
import { type PostgresPlace, type Query, withSession } from './postgres-session.js';
import { readRoles, readServer } from './read-roles.js';

const SALT_BYTES = 16;

/** Opens PostgreSQL 14 or newer; `database` is the database that users log in to. */
export function openPostgresTarget(
  connection: TargetConnection,
  { database }: { readonly database: string },
): PasswordTarget {
  return new PostgresTarget({ connection, database });
}

/** A role has one password, so that an overlap needs two roles. */
class PostgresTarget implements PasswordTarget {
  readonly strategies = ['alternatingUsers', 'singleUser'] as const;
  readonly #place: PostgresPlace;

  constructor(place: PostgresPlace) {
    this.#place = place;
  }

  async logIn(user: Login, signal: AbortSignal): Promise<boolean> {
    const nothing = (): Promise<void> => Promise.resolve();
    const session = await withSession(this.#place, user, boundedCall(signal), nothing);
    return session !== undefined;
  }

  async setPassword(admin: Login, change: PasswordChange, signal: AbortSignal): Promise<void> {
    if (change.keep !== undefined) {
      throw new TargetFault('Unsupported', 'PostgreSQL keeps one password of a user');
    }
    for (const name of [change.username, change.like]) if (name !== undefined) checkName(name);
    const verifier = scramVerifier(newPasswordText(change.password), randomBytes(SALT_BYTES));
    await this.#asAdmin(admin, signal, async (query) => {
      const statements = await planChange(query, change, verifier);
      for (const statement of ['BEGIN', ...statements, 'COMMIT']) await query(statement);
    });
  }

  /** Ends the password: sessions of the user stay, but nobody can log in as the user any more. */
  async endPassword(admin: Login, { username }: PasswordEnd, signal: AbortSignal): Promise<void> {
    checkName(username);
    await this.#asAdmin(admin, signal, async (query) => {
      const server = await readServer(query);
      if (server.admins.includes(username)) throw privileged(username);
      const roles = await readRoles(query, [username], server);
      if (roles.has(username)) await query(passwordStatement(username, null));
    });
  }

  async #asAdmin(
    admin: Login,
    signal: AbortSignal,
    work: (query: Query) => Promise<void>,
  ): Promise<void> {
    const session = await withSession(this.#place, admin, boundedCall(signal), work);
    if (session !== undefined) return;
    throw new TargetFault('AdminRefused', 'the target does not let the admin in');
  }
}

/** Throws TargetFault if the change is not to be made. */
async function planChange(
  query: Query,
  { username: role, like: likeName, allowPrivileged }: PasswordChange,
  verifier: string,
): Promise<readonly string[]> {
  const server = await readServer(query);
  const names = likeName === undefined ? [role] : [role, likeName];
  const roles = await readRoles(query, names, server);
  const likeFacts = likeName === undefined ? undefined : roles.get(likeName);
  const mustExist = likeName ?? role;
  if (!roles.has(mustExist)) {
    throw new TargetFault('UserUnknown', `the target has no user "${mustExist}"`);
  }
  for (const facts of roles.values()) {
    if (!allowPrivileged && isPrivilegedRole(facts, server.admins)) throw privileged(facts.name);
  }
  if (likeFacts === undefined) return [passwordStatement(role, verifier)];
  const known = roles.get(role);
  return likeStatements({ role, verifier, like: likeFacts, known, version: server.version });
}

function checkName(name: string): void {
  const problem = roleNameProblem(name);
  if (problem !== undefined) throw new TargetFault('Unsupported', `the user "${name}" ${problem}`);
}

function privileged(name: string): TargetFault {
  return new TargetFault('UserPrivileged', `the user "${name}" may do more than its own work`);
}
