import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import { SyncedKeys } from '../../../src/sync/domain/synced-keys.js';
import {
  type MarkChange,
  type PendingWrite,
  type RemoteSecret,
  type RemoteState,
  RemoteStore,
  type RemoteValues,
  type RemoteWrite,
  type RemoteWritten,
} from '../../../src/sync/domain/remote-store.js';
import { KeptMemory } from '../../support/kept-memory.js';
import { runRound, type SyncRoundDependencies } from '../../../src/sync/engine/sync-round.js';
import { RepeatedWrites } from '../../../src/sync/stores/repeated-writes.js';

type Texts = Readonly<Record<string, string>>;

export interface DetectedWrites {
  readonly store: RemoteStore;
  readonly name: string;
  readonly owner: SyncRoundDependencies['owner'];
  readonly turns: number;
  /** Writes all values as somebody else does; returns the version as the store reads it. */
  readonly writtenByOthers: (texts: Texts) => string;
  /** Returns the values that are there, as somebody else sees them. */
  readonly seenByOthers: () => Texts;
  /** Called with what others do right before a write of the sync is carried out. */
  readonly interrupt: (others: (() => void) | undefined) => void;
  /** Makes the store lose answers of requests that it has carried out. */
  readonly loseAnswers: (loses: boolean) => void;
}

/**
 * Runs a sync with a store without a conditional write against random writes of others, some of
 * them right before its own, with lost answers. Proves that both sides get equal and then stay as
 * they are, and that each version of others is current, was read by the sync, was reported, or was
 * replaced by others.
 */
export async function expectDetectedWrites(world: DetectedWrites): Promise<void> {
  const observed = new ObservedStore(new RepeatedWrites(world.store));
  const { parts, cluster } = syncOf(world, observed);
  const foreign: string[] = [];
  /** Versions of others that others have replaced: the sync has nothing to do with that. */
  const replacedByOthers = new Set<string | undefined>();
  let last: Texts = {};
  let count = 0;
  const others = () => {
    count += 1;
    const key = ['c', 'a', 'b'][count % 3] ?? 'a';
    const seen = world.seenByOthers();
    if (isDeepStrictEqual(seen, last)) replacedByOthers.add(foreign.at(-1));
    last = { ...seen, [key]: `store-${count}` };
    foreign.push(world.writtenByOthers(last));
  };
  const round = () => runRound(parts, AbortSignal.timeout(20_000)).catch(() => undefined);
  await round();
  world.loseAnswers(true);
  for (let turn = 0; turn < world.turns; turn += 1) {
    cluster.change(['a', 'b', 'c'][turn % 3] ?? 'a', `cluster-${turn}`);
    world.interrupt(turn % 3 === 0 ? others : undefined);
    const together = round();
    if (turn % 2 === 0) others();
    await together;
  }
  world.loseAnswers(false);
  world.interrupt(undefined);
  for (let again = 0; again < 3; again += 1) await round();
  const { writes } = observed;
  await round();
  expect(observed.writes).toBe(writes);
  expect(world.seenByOthers()).toEqual(cluster.texts());
  const current = await world.store.read(world.name, AbortSignal.timeout(20_000));
  const reported = [...observed.overwritten, ...observed.overwrittenBefore];
  const known = new Set([...observed.versionsRead, ...reported, versionOf(current)]);
  const lost = foreign.filter((version) => !known.has(version) && !replacedByOthers.has(version));
  expect(lost).toEqual([]);
  // Otherwise nothing was proved.
  expect(observed.overwritten.size).toBeGreaterThan(0);
  for (const version of observed.overwritten) expect(foreign).toContain(version);
}

/** A store that notes which versions the sync has read, and which it was told of. */
class ObservedStore extends RemoteStore {
  readonly versionsRead = new Set<string | undefined>();
  readonly overwritten = new Set<string>();
  writes = 0;
  /** Of writes whose answers were lost: those of the sync can be among them. */
  readonly overwrittenBefore = new Set<string>();
  readonly #store: RemoteStore;

  constructor(store: RemoteStore) {
    super();
    this.#store = store;
  }

  override pendingOf(write: RemoteWrite): PendingWrite | undefined {
    return this.#store.pendingOf(write);
  }

  override async overwrittenBy(
    name: string,
    write: PendingWrite,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const versions = await this.#store.overwrittenBy(name, write, signal);
    for (const version of versions) this.overwrittenBefore.add(version);
    return versions;
  }

  override async read(name: string, signal: AbortSignal): Promise<RemoteState> {
    const state = await this.#store.read(name, signal);
    this.versionsRead.add(versionOf(state));
    return state;
  }

  override async write(
    name: string,
    write: RemoteWrite,
    signal: AbortSignal,
  ): Promise<RemoteWritten> {
    this.writes += 1;
    const written = await this.#store.write(name, write, signal);
    for (const version of written.overwritten) this.overwritten.add(version);
    return written;
  }

  override async claim(name: string, change: MarkChange, signal: AbortSignal): Promise<void> {
    this.writes += 1;
    return this.#store.claim(name, change, signal);
  }

  override async remove(name: string, expected: RemoteSecret, signal: AbortSignal): Promise<void> {
    return this.#store.remove(name, expected, signal);
  }
}

function versionOf(state: RemoteState): string | undefined {
  return state.kind === 'absent' ? undefined : state.version;
}

function syncOf({ name, owner }: DetectedWrites, store: RemoteStore) {
  let texts: Texts = { a: 'first' };
  let version = 0;
  const replace = (next: Texts) => {
    texts = next;
    version += 1;
  };
  const parts: SyncRoundDependencies = {
    ...{ name, owner, store },
    rules: { direction: 'both', onConflict: 'preferStore', onDelete: 'delete', firstSync: 'merge' },
    cluster: {
      read: async () => ({ version: String(version), values: valuesOf(texts) }),
      isCurrent: async (state) => state.version === String(version),
      keepReplaced: async () => true,
      write: async (values, expected) => {
        if (expected.version !== String(version)) return undefined;
        replace(textsOf(values));
        return String(version);
      },
    },
    memory: new KeptMemory(),
    ...{ origin: 'aaaaaaaaaaaa', pulledOrigins: [] },
    ...{ observer: 'test', nowMs: performance.now() },
    requireAttempt: () => undefined,
    keepsHistory: true,
    keys: new SyncedKeys(undefined),
    fingerprint: (key, value) => `${key}=${value.revealText()}`,
  };
  const change = (key: string, text: string) => replace({ ...texts, [key]: text });
  return { parts, cluster: { texts: () => texts, change } };
}

function valuesOf(texts: Texts): RemoteValues {
  const values = Object.entries(texts).map(([key, text]) => {
    return [key, SecretValue.fromBytes(Buffer.from(text))] as const;
  });
  return new Map(values);
}

function textsOf(values: RemoteValues): Texts {
  return Object.fromEntries([...values].map(([key, value]) => [key, value.revealText() ?? '']));
}
