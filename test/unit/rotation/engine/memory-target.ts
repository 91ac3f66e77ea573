import type {
  Login,
  PasswordChange,
  PasswordEnd,
  PasswordTarget,
} from '../../../../src/rotation/domain/password-target.js';
import type { Strategy } from '../../../../src/rotation/domain/rotation-spec.js';
import { TargetFault } from '../../../../src/rotation/domain/target-fault.js';

/** What becomes of a call: its answer is lost after it took effect, or it never got there. */
export type Mishap = 'lost' | 'unreached';

type Call = 'logIn' | 'setPassword' | 'endPassword';

/**
 * A server that keeps users and their passwords. A change without `keep` leaves one password; a
 * user that is made has the grants of the one that it is like.
 */
export class MemoryTarget implements PasswordTarget {
  readonly strategies: readonly Strategy[] = ['alternatingUsers', 'dual', 'singleUser'];
  readonly grants = new Map<string, string>();
  /** Calls in order, as `logIn app`. */
  readonly calls: string[] = [];
  /** By number of the call, from 0 on. */
  readonly mishaps = new Map<number, Mishap>();
  /** Users that are let in with nothing. */
  readonly locked = new Set<string>();
  readonly #passwords = new Map<string, readonly string[]>();

  constructor(users: Readonly<Record<string, readonly string[]>>) {
    for (const [name, passwords] of Object.entries(users)) {
      this.#passwords.set(name, passwords);
      this.grants.set(name, `grants of ${name}`);
    }
  }

  passwordsOf(username: string): readonly string[] | undefined {
    return this.#passwords.get(username);
  }

  letsIn(username: string, password: string | undefined): boolean {
    const isKnown = this.#passwords.get(username)?.includes(password ?? '') === true;
    return isKnown && !this.locked.has(username);
  }

  /** Somebody else sets it. */
  set(username: string, ...passwords: readonly string[]): void {
    this.#passwords.set(username, passwords);
  }

  count(call: Call): number {
    return this.calls.filter((one) => one.startsWith(`${call} `)).length;
  }

  logIn({ username, password }: Login): Promise<boolean> {
    return this.#call('logIn', username, () => this.letsIn(username, password.revealText()));
  }

  setPassword(admin: Login, change: PasswordChange): Promise<void> {
    const { username, like } = change;
    return this.#call('setPassword', username, () => {
      this.#requireAdmin(admin);
      const isSpecial = username === 'root' || username === admin.username;
      if (isSpecial && !change.allowPrivileged) {
        throw new TargetFault('UserPrivileged', 'the user is privileged');
      }
      if (!this.#passwords.has(like ?? username)) {
        throw new TargetFault('UserUnknown', 'there is no such user');
      }
      const next = change.password.revealText() ?? '';
      const keep = change.keep?.revealText();
      const kept = this.passwordsOf(username)?.filter((one) => one === keep) ?? [];
      this.#passwords.set(username, [next, ...kept]);
      if (like !== undefined) this.grants.set(username, this.grants.get(like) ?? '');
    });
  }

  endPassword(admin: Login, { username, password }: PasswordEnd): Promise<void> {
    return this.#call('endPassword', username, () => {
      this.#requireAdmin(admin);
      const ended = password?.revealText();
      const left = this.passwordsOf(username)?.filter((one) => password && one !== ended);
      if (left !== undefined) this.#passwords.set(username, left);
    });
  }

  #requireAdmin({ username, password }: Login): void {
    if (this.letsIn(username, password.revealText())) return;
    throw new TargetFault('AdminRefused', 'the admin is not let in');
  }

  async #call<T>(call: Call, username: string, effect: () => T): Promise<T> {
    const mishap = this.mishaps.get(this.calls.length);
    this.calls.push(`${call} ${username}`);
    if (mishap === 'unreached') throw new TargetFault('TargetUnreachable', 'not to be reached');
    const result = effect();
    if (mishap === 'lost') throw new TargetFault('TargetTimeout', 'no answer in time');
    return result;
  }
}
