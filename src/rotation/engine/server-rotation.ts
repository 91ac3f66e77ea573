import type { SecretData } from '../../secrets/domain/secret.js';
import type { SecretValue } from '../../core/secret-value.js';
import { type ChosenUsers, chooseUsers } from '../domain/choose-users.js';
import type {
  Login,
  PasswordChange,
  PasswordEnd,
  PasswordTarget,
} from '../domain/password-target.js';
import type { ServerTargetSpec, Strategy } from '../domain/rotation-spec.js';
import type { RunValues } from '../domain/rotation.store.js';
import { RunStopped } from '../domain/run-stopped.js';
import type { RotationTarget, TargetCall } from './rotation-target.js';

export interface ServerRotationDependencies {
  readonly server: ServerTargetSpec;
  readonly strategy: Strategy;
  readonly target: PasswordTarget;
  /** Who may change passwords, as the admin's Secret says now. */
  readonly readAdmin: (call: TargetCall) => Promise<Login>;
  /** The password that is rotated is the admin's, see own-admin. */
  readonly isOwnAdmin: boolean;
  /** The user that the Secret names; undefined where it names none. */
  readonly namedUser: (current: SecretData) => string | undefined;
  /** Values of former runs that ended between target and Secret, newest first. */
  readonly keptValues: (call: TargetCall) => Promise<readonly RunValues[]>;
}

/** Users of a server whose passwords are rotated, under any strategy. */
export class ServerRotation implements RotationTarget {
  readonly #parts: ServerRotationDependencies;

  constructor(parts: ServerRotationDependencies) {
    this.#parts = parts;
  }

  get hasOverlap(): boolean {
    return this.#parts.strategy !== 'singleUser';
  }

  choose(current: SecretData): ChosenUsers {
    const { server, strategy, namedUser } = this.#parts;
    const users = chooseUsers(server, strategy, namedUser(current));
    if (users !== undefined) return users;
    throw new RunStopped('SecretDiffers', 'the Secret names a user that the spec does not name');
  }

  async set(call: TargetCall): Promise<void> {
    const { target, strategy, server, isOwnAdmin, readAdmin } = this.#parts;
    const pending = this.#pending(call);
    // A change whose answer was lost has taken effect.
    if (await target.logIn(pending, call.signal)) return;
    this.#refuseEdited(call);
    const known = await this.#knownLogin(call);
    const admin = isOwnAdmin && known !== undefined ? known : await readAdmin(call);
    const change: PasswordChange = {
      ...pending,
      allowPrivileged: server.allowPrivileged,
      ...(strategy === 'alternatingUsers' && likeOf(server, pending.username)),
      ...(strategy === 'dual' && known !== undefined && { keep: known.password }),
    };
    await target.setPassword(admin, change, call.signal);
  }

  test(call: TargetCall): Promise<boolean> {
    return this.#parts.target.logIn(this.#pending(call), call.signal);
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  async retire(call: TargetCall): Promise<void> {
    const { target, strategy, readAdmin } = this.#parts;
    const { formerUsername: username } = call.run;
    if (username === null || strategy === 'singleUser') return;
    const ends = strategy === 'dual' ? await this.#formerPasswords(call) : [undefined];
    this.#refusePublished(call, username, ends);
    if (ends.length === 0) return;
    const admin = await readAdmin(call);
    for (const password of ends) {
      const end: PasswordEnd =
        password === undefined
          ? { username }
          : { username, password, keep: this.#pending(call).password };
      await target.endPassword(admin, end, call.signal);
    }
  }

  async undo(call: TargetCall): Promise<void> {
    const { target, strategy, server, isOwnAdmin, readAdmin } = this.#parts;
    const { passwordKey, allowPrivileged } = server;
    const pending = this.#pending(call);
    // Published after all: consumers have it.
    if (isHeld(call.current, passwordKey, pending.password)) return;
    const isSet = await target.logIn(pending, call.signal);
    if (!isSet && !(await this.#isBroken(call, pending.username))) return;
    const admin = isOwnAdmin ? pending : await readAdmin(call);
    const { username, password } = pending;
    if (strategy === 'alternatingUsers') {
      return target.endPassword(admin, { username }, call.signal);
    }
    // What was sealed, not what the Secret says now: whoever writes it chooses no passwords.
    const former = call.values.former.get(passwordKey);
    if (former !== undefined) {
      const change = { username, password: former, allowPrivileged };
      return target.setPassword(admin, change, call.signal);
    }
    if (strategy === 'dual') await target.endPassword(admin, { username, password }, call.signal);
  }

  #pending({ run, values }: TargetCall): Login {
    const password = values.pending.get(this.#parts.server.passwordKey);
    if (run.username === null || password === undefined) {
      throw new RunStopped('Internal', 'the run has no pending password');
    }
    return { username: run.username, password };
  }

  /** Whoever changed the Secret since `create` may have changed the target as well. */
  #refuseEdited({ run, values, current }: TargetCall): void {
    const { passwordKey } = this.#parts.server;
    const [before, now] = [values.former.get(passwordKey), current.get(passwordKey)];
    const isSame = before === undefined ? now === undefined : now?.equals(before) === true;
    if (isSame && this.choose(current).pending === run.username) return;
    throw new RunStopped('SecretDiffers', 'the Secret was changed while it was being rotated');
  }

  /** A version that was restored meanwhile is what consumers use: it does not end. */
  #refusePublished(
    { current }: TargetCall,
    formerUsername: string,
    ends: readonly (SecretValue | undefined)[],
  ): void {
    const { strategy, server, namedUser } = this.#parts;
    const { passwordKey, usernames } = server;
    const isPublished =
      strategy === 'alternatingUsers'
        ? (namedUser(current) ?? usernames[0]) === formerUsername
        : ends.some((one) => one !== undefined && isHeld(current, passwordKey, one));
    if (!isPublished) return;
    throw new RunStopped('SecretDiffers', 'the Secret holds the old credential again');
  }

  /** All that may work beside the new one: what the Secret held, and what was never published. */
  async #formerPasswords(call: TargetCall): Promise<readonly SecretValue[]> {
    const { password } = this.#pending(call);
    const former = await this.#passwords(call, call.values.former);
    return former.filter((one) => !one.equals(password));
  }

  /**
   * Whether the password was changed and yet no longer works, nor does the one before, which the
   * Secret holds: a server may take a password that nobody gets in with.
   */
  async #isBroken({ run, values, current, signal }: TargetCall, username: string) {
    const { strategy, server, target } = this.#parts;
    const password = values.former.get(server.passwordKey);
    const mayBe = strategy !== 'alternatingUsers' && run.step !== 'set' && password !== undefined;
    if (!mayBe || !isHeld(current, server.passwordKey, password)) return false;
    return !(await target.logIn({ username, password }, signal));
  }

  /**
   * Proves that the Secret and the target belong together before anything is touched: some
   * credential that is known must work. Undefined where the Secret holds none yet, and nothing that
   * a run before may have left works.
   */
  async #knownLogin(call: TargetCall): Promise<Login | undefined> {
    const { server, target } = this.#parts;
    for (const login of await this.#candidates(call)) {
      if (await target.logIn(login, call.signal)) return login;
    }
    if (!call.current.has(server.passwordKey)) return undefined;
    const host = `${server.host}:${server.port}`;
    throw new RunStopped('NoCredentialWorks', `no known credential is let in at ${host}`);
  }

  /** What the Secret holds, then what runs before left: pending, former. */
  async #candidates(call: TargetCall): Promise<readonly Login[]> {
    const { current: username } = this.choose(call.current);
    const held = call.current.get(this.#parts.server.passwordKey);
    // Of two users either may be the one that a value of another run belongs to; the Secret says
    // whose its own is.
    const users = new Set([username, ...this.#parts.server.usernames]);
    const passwords = await this.#passwords(call, call.current);
    return passwords.flatMap((password) =>
      [...(password === held ? [username] : users)].map((user) => ({ username: user, password })),
    );
  }

  /** Each once: those of `first`, then those that runs before left, newest first. */
  async #passwords(call: TargetCall, first: SecretData): Promise<readonly SecretValue[]> {
    const { keptValues, server } = this.#parts;
    const kept = await keptValues(call);
    const found: SecretValue[] = [];
    for (const values of [first, ...kept.flatMap(({ pending, former }) => [pending, former])]) {
      const password = values.get(server.passwordKey);
      const isNew = !found.some((one) => password?.equals(one) === true);
      if (password !== undefined && isNew) found.push(password);
    }
    return found;
  }
}

function isHeld(data: SecretData, key: string, value: SecretValue): boolean {
  return data.get(key)?.equals(value) === true;
}

/** Grants are those of the first user; he himself keeps what he has. */
function likeOf({ usernames: [first] }: ServerTargetSpec, username: string): { like?: string } {
  return username === first ? {} : { like: first };
}
