import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { mapInBatches } from '../../core/map-in-batches.js';
import { syncLimits } from '../../core/sync-limits.js';
import { type KeyedChanges, keyedChanges, type WrittenKey } from '../domain/keyed-changes.js';
import {
  type KeyedOwner,
  type KeyedSecret,
  type PresentKey,
  unreadVersion,
  VALUE,
  wholeState,
  wholeVersion,
} from '../domain/keyed-state.js';
import { RemoteFault } from '../domain/remote-fault.js';
import { isMarkOf, type RemoteMark } from '../domain/remote-mark.js';
import { keyedName } from '../domain/remote-name.js';
import {
  type MarkChange,
  type PendingWrite,
  type RemoteSecret,
  type RemoteState,
  RemoteStore,
  type RemoteWrite,
  type RemoteWritten,
} from '../domain/remote-store.js';
import { carryOut } from './carry-out.js';
import { afterWrite, changed } from './store-answer.js';

export interface PerKeyStoreOptions extends KeyedOwner {
  /** Store whose secrets have one value each. */
  readonly store: RemoteStore;
  /** Names of all keys in the store. It is never listed. */
  readonly keys: readonly string[];
}

/**
 * Store with a secret for each key, `NAME/KEY`, as one secret with all keys. Each key is written
 * under the state of its own that was read. The keys of a write are not one transaction: if a later
 * one fails, the next round reads which of them are written, and continues with the others.
 */
export class PerKeyStore extends RemoteStore {
  readonly #options: PerKeyStoreOptions;
  /** Secrets of the states that were read: a write must not read them again. */
  readonly #secrets = new WeakMap<RemoteState, readonly KeyedSecret[]>();

  constructor(options: PerKeyStoreOptions) {
    super();
    this.#options = options;
  }

  override pendingOf(write: RemoteWrite): PendingWrite | undefined {
    if (this.#options.store.isConditional) return undefined;
    const { written } = keyedChanges(this.#secretsOf(write.expected), write.values, write.mark);
    const keys = written.map(({ key, state }) => {
      const expectedVersion = state.kind === 'absent' ? undefined : state.version;
      return { key, expectedVersion, idempotencyToken: tokenOf(write.idempotencyToken, key) };
    });
    return { expectedVersion: undefined, idempotencyToken: write.idempotencyToken, keys };
  }

  override async overwrittenBy(
    name: string,
    { keys = [] }: PendingWrite,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { store } = this.#options;
    const versions = await mapInBatches(keys, syncLimits.keysConcurrentMax, async (pending) => {
      const whole = keyedName(name, pending.key);
      const found = await store.overwrittenBy(whole, pending, signal);
      return found.map((version) => keyedName(pending.key, version));
    });
    return versions.flat().slice(0, syncLimits.overwrittenMax);
  }

  override async read(name: string, signal: AbortSignal): Promise<RemoteState> {
    const { store, keys } = this.#options;
    const secrets = await mapInBatches(keys, syncLimits.keysConcurrentMax, async (key) => {
      return { key, state: await store.read(keyedName(name, key), signal) };
    });
    const state = wholeState(secrets, this.#options);
    this.#secrets.set(state, secrets);
    return state;
  }

  override async write(
    name: string,
    write: RemoteWrite,
    signal: AbortSignal,
  ): Promise<RemoteWritten> {
    const secrets = this.#secretsOf(write.expected);
    const changes = keyedChanges(secrets, write.values, write.mark);
    requireOwn(changes.removed, write.mark);
    const written = await carryOut(
      [
        ...changes.written.map((one) => () => this.#write(name, one, write, signal)),
        ...changes.claimed.map((one) => () => this.#claim(name, one, write.mark, signal)),
      ],
      syncLimits.keysConcurrentMax,
    );
    // Last: a key that was renamed has its new secret by now.
    const removed = this.#remove(name, changes.removed, signal);
    await (written.length === 0 ? removed : afterWrite(removed));
    const results = written.flat();
    return {
      version: versionAfter(secrets, changes, results),
      overwritten: results.flatMap(overwrittenIn).slice(0, syncLimits.overwrittenMax),
    };
  }

  /** Claims each secret that is there and not of the owner. No value is changed. */
  override async claim(
    name: string,
    { former, mark }: MarkChange,
    signal: AbortSignal,
  ): Promise<void> {
    const state = await this.read(name, signal);
    if (state.kind !== 'present' || !isDeepStrictEqual(state.mark, former)) throw changed();
    const { claimed } = keyedChanges(this.#secretsOf(state), state.values, mark);
    const steps = claimed.map((one) => () => this.#claim(name, one, mark, signal));
    await carryOut(steps, syncLimits.keysConcurrentMax);
  }

  override async remove(name: string, expected: RemoteSecret, signal: AbortSignal): Promise<void> {
    const { owner } = this.#options;
    const changes = keyedChanges(this.#secretsOf(expected), new Map(), owner);
    requireOwn(changes.removed, owner);
    await this.#remove(name, changes.removed, signal);
  }

  async #write(
    name: string,
    { key, state: expected, value }: WrittenKey,
    { mark, idempotencyToken }: RemoteWrite,
    signal: AbortSignal,
  ): Promise<readonly WrittenSecret[]> {
    // Other members of a secret with several stay.
    const others = expected.kind === 'present' ? expected.values : [];
    const values = new Map([...others, [VALUE, value]]);
    const token = tokenOf(idempotencyToken, key);
    const write = { values, mark, expected, idempotencyToken: token };
    const result = await this.#options.store.write(keyedName(name, key), write, signal);
    return [{ key, mark, result }];
  }

  async #claim(
    name: string,
    { key, state }: PresentKey,
    mark: RemoteMark,
    signal: AbortSignal,
  ): Promise<readonly WrittenSecret[]> {
    const change = { former: state.mark, mark };
    await this.#options.store.claim(keyedName(name, key), change, signal);
    return [];
  }

  async #remove(name: string, removed: readonly PresentKey[], signal: AbortSignal): Promise<void> {
    const { store } = this.#options;
    const steps = removed.map(({ key, state }) => {
      return () => store.remove(keyedName(name, key), state, signal);
    });
    await carryOut(steps, syncLimits.keysConcurrentMax);
  }

  /** Throws RemoteFault StoreChanged for a state that this store has not read. */
  #secretsOf(state: RemoteState): readonly KeyedSecret[] {
    const known = this.#secrets.get(state);
    if (known !== undefined) return known;
    if (state.kind === 'absent') return this.#options.keys.map((key) => ({ key, state }));
    throw changed();
  }
}

/** Secret of a key after its write. */
interface WrittenSecret {
  readonly key: string;
  readonly mark: RemoteMark;
  readonly result: RemoteWritten;
}

/** Throws RemoteFault StoreRefused for a secret that the owner has not marked: it may be needed. */
function requireOwn(removed: readonly PresentKey[], owner: RemoteMark): void {
  if (removed.every(({ state }) => isMarkOf(state.mark, owner))) return;
  const message =
    'a key was deleted whose secret in the store is not of this sync: delete it there';
  throw new RemoteFault('StoreRefused', message);
}

/** Returns a token of one key for a repetition of the same write; it tells nothing of values. */
function tokenOf(idempotencyToken: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([idempotencyToken, key]))
    .digest('hex');
}

/** Returns the version after a write, as the next read has it. */
function versionAfter(
  secrets: readonly KeyedSecret[],
  { claimed, removed }: KeyedChanges,
  written: readonly WrittenSecret[],
): string {
  const results = new Map(written.map((one) => [one.key, one]));
  const after = secrets.map((secret): KeyedSecret => {
    const one = results.get(secret.key);
    if (one === undefined) return secret;
    const { version } = one.result;
    const nothing = { values: new Map(), changedAt: undefined };
    return { key: secret.key, state: { kind: 'present', version, mark: one.mark, ...nothing } };
  });
  // In some stores, a claim and a deletion are versions of their own, which no answer has named.
  const isRead = claimed.length === 0 && removed.length === 0;
  return isRead ? wholeVersion(after) : unreadVersion(after);
}

function overwrittenIn({ key, result }: WrittenSecret): readonly string[] {
  return result.overwritten.map((version) => keyedName(key, version));
}
