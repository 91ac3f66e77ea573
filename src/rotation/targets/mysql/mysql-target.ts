import { type Account, accountProblem } from '../../domain/mysql/quoted.js';
import type {
  Login,
  PasswordChange,
  PasswordEnd,
  PasswordTarget,
  TargetConnection,
} from '../../domain/password-target.js';
import { TargetFault } from '../../domain/target-fault.js';
import { newPasswordText, passwordText } from '../password-text.js';
import { boundedCall } from '../bounded-call.js';
import { mariadbChanges } from './mariadb-changes.js';
import { mysql8Changes } from './mysql8-changes.js';
import { type Query, serverCode, withSession } from './mysql-session.js';
import { readAccount } from './read-account.js';
import type { ServerChanges } from './server-changes.js';

/** ER_MUST_CHANGE_PASSWORD: logged in, but allowed to do nothing else. */
const MUST_CHANGE = 1820;

/** Opens MariaDB 10.5 or newer, or MySQL 8; `userHost` is the host part of all accounts. */
export function openMysqlTarget(
  connection: TargetConnection,
  { userHost }: { readonly userHost: string },
): PasswordTarget {
  return new MysqlTarget(connection, userHost);
}

class MysqlTarget implements PasswordTarget {
  /** `dual` with MySQL alone. */
  readonly strategies = ['alternatingUsers', 'singleUser', 'dual'] as const;
  readonly #connection: TargetConnection;
  readonly #userHost: string;

  constructor(connection: TargetConnection, userHost: string) {
    this.#connection = connection;
    this.#userHost = userHost;
  }

  async logIn(user: Login, signal: AbortSignal): Promise<boolean> {
    const account = this.#account(user.username);
    const session = await withSession(this.#connection, user, boundedCall(signal), (query) =>
      provesAccount(query, account),
    );
    return session?.result === true;
  }

  async setPassword(admin: Login, change: PasswordChange, signal: AbortSignal): Promise<void> {
    const account = this.#account(change.username);
    const likeAccount = change.like === undefined ? undefined : this.#account(change.like);
    const password = newPasswordText(change.password);
    const keep = change.keep && passwordText(change.keep);
    await this.#asAdmin(admin, signal, async (query, changes) => {
      const facts = await readAccount(query, account);
      const like = likeAccount && (await readAccount(query, likeAccount));
      const mustExist = likeAccount ?? account;
      if ((likeAccount === undefined ? facts : like) === undefined) {
        throw new TargetFault('UserUnknown', `the target has no user ${shown(mustExist)}`);
      }
      for (const one of [facts, like]) {
        if (one === undefined || change.allowPrivileged) continue;
        const isAdmin = one.account.user === admin.username;
        if (one.isPrivileged || isAdmin) throw privileged(one.account);
      }
      if (like !== undefined) {
        await changes.setLike(query, { account, known: facts, like, password });
      } else if (facts !== undefined) {
        await changes.set(query, { facts, password, keep });
      }
    });
  }

  /** Ends a password: sessions of the user stay, but nobody can log in as the user any more. */
  async endPassword(admin: Login, end: PasswordEnd, signal: AbortSignal): Promise<void> {
    const account = this.#account(end.username);
    if (end.password !== undefined && end.keep === undefined) {
      // It is not visible which of two passwords is MySQL's first, which it would retain.
      throw new TargetFault('Unsupported', 'which password is to be kept is not known');
    }
    if (end.password === undefined && account.user === admin.username) throw privileged(account);
    const keep = end.keep && passwordText(end.keep);
    await this.#asAdmin(admin, signal, async (query, changes) => {
      const facts = await readAccount(query, account);
      if (facts !== undefined) await changes.end(query, { facts, keep });
    });
  }

  async #asAdmin(
    admin: Login,
    signal: AbortSignal,
    work: (query: Query, changes: ServerChanges) => Promise<void>,
  ): Promise<void> {
    const bounded = boundedCall(signal);
    const session = await withSession(this.#connection, admin, bounded, async (query) => {
      const changes = await changesOf(query);
      for (const setting of changes.settings) await query(setting);
      await work(query, changes);
    });
    if (session !== undefined) return;
    throw new TargetFault('AdminRefused', 'the target does not let the admin in');
  }

  #account(user: string): Account {
    const account = { user, host: this.#userHost };
    const problem = accountProblem(account);
    if (problem === undefined) return account;
    throw new TargetFault('Unsupported', `the user ${shown(account)} ${problem}`);
  }
}

/** Proves the account; throws TargetFault if another account answered, or needs no password. */
async function provesAccount(query: Query, { user, host }: Account): Promise<boolean> {
  try {
    const [row] = await query('SELECT CURRENT_USER() AS account');
    const found = String(row?.['account']);
    const end = found.lastIndexOf('@');
    const isHost = found.slice(end + 1).toLowerCase() === host.toLowerCase();
    if (found.slice(0, end) === user && isHost) return true;
  } catch (error) {
    if (serverCode(error) === MUST_CHANGE) return false;
    throw error;
  }
  const text = `from here another account answers to the name of ${shown({ user, host })}`;
  throw new TargetFault('Unsupported', text);
}

async function changesOf(query: Query): Promise<ServerChanges> {
  const [row] = await query('SELECT VERSION() AS version');
  const version = String(row?.['version']);
  if (/mariadb/i.test(version)) return mariadbChanges;
  if (Number.parseInt(version, 10) >= 8) return mysql8Changes;
  throw new TargetFault('Unsupported', 'the target is MySQL, but older than 8');
}

function shown({ user, host }: Account): string {
  return `"${user}"@"${host}"`;
}

function privileged(account: Account): TargetFault {
  const text = `the user ${shown(account)} may do more than its own work`;
  return new TargetFault('UserPrivileged', text);
}
