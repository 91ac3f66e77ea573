import type { SecretValue } from '../../../../src/core/secret-value.js';
import { SecretValue as Value } from '../../../../src/core/secret-value.js';
import { isOwnAdmin } from '../../../../src/rotation/domain/own-admin.js';
import type { RotationRun } from '../../../../src/rotation/domain/rotation-run.js';
import type { ServerTargetSpec, Strategy } from '../../../../src/rotation/domain/rotation-spec.js';
import type { RunValues } from '../../../../src/rotation/domain/rotation.store.js';
import type { TargetCall } from '../../../../src/rotation/engine/rotation-target.js';
import { ServerRotation } from '../../../../src/rotation/engine/server-rotation.js';
import { callContext } from '../../audit/audit-builders.js';
import { aServer } from '../policy.builder.js';
import { aRun } from '../rotation-run.builder.js';
import { MemoryTarget } from './memory-target.js';

export function text(value: string): SecretValue {
  const made = Value.fromText(value);
  if (made === undefined) throw new Error('not well-formed');
  return made;
}

const usernamesOf = (strategy: Strategy) =>
  strategy === 'alternatingUsers' ? (['app_a', 'app_b'] as const) : (['app'] as const);

/** A Secret, a server and runs that rotate between them; each step as the engine does it. */
export class RotatedServer {
  readonly target: MemoryTarget;
  readonly server: ServerTargetSpec;
  readonly rotation: ServerRotation;
  /** What the Secret holds, as text. */
  readonly secret = new Map<string, string>();
  /** What the admin's own Secret holds. */
  readonly admin = { username: 'root', password: 'root-password' };
  /** Of runs that ended between target and Secret, newest first. */
  kept: readonly RunValues[] = [];
  readonly #strategy: Strategy;
  #run = aRun();
  #values: RunValues = { body: {}, pending: new Map(), former: new Map() };
  #count = 0;

  constructor(
    strategy: Strategy,
    { isOwn = false, ...change }: Partial<ServerTargetSpec> & { readonly isOwn?: boolean } = {},
  ) {
    this.#strategy = strategy;
    const usernames = usernamesOf(strategy);
    this.target = new MemoryTarget({ root: ['root-password'], [usernames[0]]: ['old'] });
    const own = { adminSecret: { ...aServer().adminSecret, name: 'app-db' } };
    this.server = aServer({
      usernames,
      ...(isOwn && { ...own, allowPrivileged: true }),
      ...change,
    });
    this.secret.set('username', usernames[0]).set('password', 'old');
    this.rotation = new ServerRotation({
      server: this.server,
      strategy,
      target: this.target,
      isOwnAdmin: isOwnAdmin('app-db', this.server),
      readAdmin: async () => this.#adminLogin(isOwn),
      namedUser: (current) => current.get('username')?.revealText(),
      keptValues: async () => this.kept,
    });
  }

  get run(): RotationRun {
    return this.#run;
  }

  get pending(): string {
    return this.#values.pending.get('password')?.revealText() ?? '';
  }

  get values(): RunValues {
    return this.#values;
  }

  get former(): string | undefined {
    return this.#values.former.get('password')?.revealText();
  }

  /** Whether who reads the Secret gets in. */
  get isSecretGood(): boolean {
    const [first] = usernamesOf(this.#strategy);
    return this.target.letsIn(this.secret.get('username') ?? first, this.secret.get('password'));
  }

  call(change: Partial<RotationRun> = {}): TargetCall {
    return {
      ctx: callContext(),
      run: { ...this.#run, ...change },
      values: this.#values,
      current: new Map([...this.secret].map(([key, value]) => [key, text(value)])),
      signal: new AbortController().signal,
    };
  }

  /** Makes a new value and seals it. */
  create(): void {
    const { current } = this.call();
    const users = this.rotation.choose(current);
    this.#count += 1;
    const former = current.get('password');
    this.#values = {
      body: {},
      pending: new Map([['password', text(`new-${this.#count}`)]]),
      former: new Map(former === undefined ? [] : [['password', former]]),
    };
    this.#run = aRun({
      step: 'set',
      username: users.pending,
      formerUsername: users.former ?? null,
    });
  }

  async set(): Promise<void> {
    await this.rotation.set(this.call());
    this.#run = { ...this.#run, step: 'test' };
  }

  async test(): Promise<boolean> {
    const isGood = await this.rotation.test(this.call());
    if (isGood) this.#run = { ...this.#run, step: 'finish' };
    return isGood;
  }

  publish(): void {
    this.secret.set('password', this.pending).set('username', this.#run.username ?? '');
    this.#run = { ...this.#run, step: 'retire' };
  }

  retire(): Promise<void> {
    return this.rotation.retire(this.call());
  }

  undo(): Promise<void> {
    return this.rotation.undo(this.call());
  }

  /** Ends the run between target and Secret: what it made stays sealed. */
  giveUp(): void {
    this.kept = [this.#values, ...this.kept];
  }

  /** A whole run. */
  async rotate(): Promise<void> {
    this.create();
    await this.set();
    if (!(await this.test())) throw new Error('the new credential does not work');
    this.publish();
    await this.retire();
    this.kept = [];
  }

  #adminLogin(isOwn: boolean) {
    const { username, password } = isOwn
      ? { username: this.secret.get('username') ?? '', password: this.secret.get('password') ?? '' }
      : this.admin;
    return { username, password: text(password) };
  }
}
