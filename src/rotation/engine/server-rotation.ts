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
  /** Returns the admin who may change passwords, from the admin's Secret. */
  readonly readAdmin: (call: TargetCall) => Promise<Login>;
  /** Whether the rotated password is the admin's, see own-admin. */
  readonly isOwnAdmin: boolean;
  /** Returns the user that the Secret names; undefined if it names none. */
  readonly namedUser: (current: SecretData) => string | undefined;
  /** Returns values of earlier runs that ended between target and Secret, newest first. */
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
    // Published in spite of the failure: consumers have it.
    if (isHeld(call.current, passwordKey, pending.password)) return;
    const isSet = await target.logIn(pending, call.signal);
    if (!isSet && !(await this.#isBroken(call, pending.username))) return;
    const admin = isOwnAdmin ? pending : await readAdmin(call);
    const { username, password } = pending;
    if (strategy === 'alternatingUsers') {
      return target.endPassword(admin, { username }, call.signal);
    }
    // Use the sealed value, not the Secret's current one: authors of the Secret choose no
    // passwords.
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

  /** Refuses edits since `create`: their author may have changed the target as well. */
  #refuseEdited({ run, values, current }: TargetCall): void {
    const { passwordKey } = this.#parts.server;
    const [before, now] = [values.former.get(passwordKey), current.get(passwordKey)];
    const isSame = before === undefined ? now === undefined : now?.equals(before) === true;
    if (isSame && this.choose(current).pending === run.username) return;
    throw new RunStopped('SecretDiffers', 'the Secret was changed while it was being rotated');
  }

  /** Refuses to end a version that was restored meanwhile, because consumers use it. */
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

  /** Returns other passwords that may work: the Secret's, and unpublished ones. */
  async #formerPasswords(call: TargetCall): Promise<readonly SecretValue[]> {
    const { password } = this.#pending(call);
    const former = await this.#passwords(call, call.values.former);
    return former.filter((one) => !one.equals(password));
  }

  /**
   * Reports whether the password was changed, but neither it nor the Secret's former password
   * works. A server may accept a password that then cannot log in.
   */
  async #isBroken({ run, values, current, signal }: TargetCall, username: string) {
    const { strategy, server, target } = this.#parts;
    const password = values.former.get(server.passwordKey);
    const mayBe = strategy !== 'alternatingUsers' && run.step !== 'set' && password !== undefined;
    if (!mayBe || !isHeld(current, server.passwordKey, password)) return false;
    return !(await target.logIn({ username, password }, signal));
  }

  /**
   * Proves that the Secret and the target belong together before any change: a known credential
   * must work. Undefined if the Secret has none yet, and no value of an earlier run works.
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

  /** Returns the Secret's login, then logins that earlier runs left: pending, former. */
  async #candidates(call: TargetCall): Promise<readonly Login[]> {
    const { current: username } = this.choose(call.current);
    const held = call.current.get(this.#parts.server.passwordKey);
    // A value of another run may belong to either of two users; the Secret names its own user.
    const users = new Set([username, ...this.#parts.server.usernames]);
    const passwords = await this.#passwords(call, call.current);
    return passwords.flatMap((password) =>
      [...(password === held ? [username] : users)].map((user) => ({ username: user, password })),
    );
  }

  /** Returns each password once: those of `first`, then those of earlier runs, newest first. */
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

/** Returns the model of the grants, which is the first user; the first user's grants stay. */
function likeOf({ usernames: [first] }: ServerTargetSpec, username: string): { like?: string } {
  return username === first ? {} : { like: first };
}
