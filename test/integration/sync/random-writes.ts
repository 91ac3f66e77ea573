import { expect } from 'vitest';
import { SyncedKeys } from '../../../src/sync/domain/synced-keys.js';
import type { RemoteMark } from '../../../src/sync/domain/remote-mark.js';
import type { RemoteSecret } from '../../../src/sync/domain/remote-store.js';
import { KeptMemory } from '../../support/kept-memory.js';
import { runRound, type SyncRoundDependencies } from '../../../src/sync/engine/sync-round.js';
import { textsOf, valuesOf } from './store-values.js';

const never = new AbortController().signal;
const LOST_EACH = 4;

export interface RandomWrites {
  readonly store: SyncRoundDependencies['store'];
  readonly name: string;
  readonly owner: RemoteMark;
  readonly rounds: number;
  /** Replaces the values in the store, as another program does. */
  readonly writtenByOthers: (texts: Readonly<Record<string, string>>) => Promise<unknown>;
}

/**
 * Writes to both sides while a sync runs, and loses each fourth answer to a write of the store.
 * Expects that both sides become equal, and that nothing is written then.
 */
export async function expectConvergence(writes: RandomWrites): Promise<void> {
  const { store, name, rounds, writtenByOthers } = writes;
  const world = worldOf(writes);
  const round = () => runRound(world.parts, never).catch(() => undefined);
  await round();
  for (let count = 0; count < rounds; count += 1) {
    world.change(['a', 'b', 'c'][count % 3] ?? 'a', `cluster-${count}`);
    const together = round();
    const state = await store.read(name, never);
    const others = state.kind === 'present' ? textsOf(state) : {};
    await writtenByOthers({ ...others, [['c', 'a', 'b'][count % 3] ?? 'a']: `store-${count}` });
    await together;
  }
  world.keepAnswers();
  for (let again = 0; again < 3; again += 1) await round();
  const present = await presentIn(store, name);
  expect(textsOf(present)).toEqual(world.texts());
  await round();
  expect((await presentIn(store, name)).version).toBe(present.version);
}

/** A Secret of a cluster, the memory of its sync, and a store that loses answers. */
function worldOf({ store, name, owner }: RandomWrites) {
  let texts: Readonly<Record<string, string>> = { a: 'first' };
  let version = 0;
  let losesAnswers = true;
  let turn = 0;
  const parts: SyncRoundDependencies = {
    ...{ name, owner },
    store: {
      pendingOf: (write) => store.pendingOf(write),
      overwrittenBy: (one, pending, signal) => store.overwrittenBy(one, pending, signal),
      read: (one, signal) => store.read(one, signal),
      claim: (one, change, signal) => store.claim(one, change, signal),
      write: async (one, written, signal) => {
        const done = await store.write(one, written, signal);
        turn += 1;
        if (losesAnswers && turn % LOST_EACH === 0) throw new Error('the answer is lost');
        return done;
      },
    },
    rules: {
      ...{ direction: 'both', onConflict: 'preferStore', onDelete: 'delete' },
      firstSync: 'merge',
    },
    cluster: {
      read: async () => ({ version: String(version), values: valuesOf(texts) }),
      isCurrent: async (state) => state.version === String(version),
      keepReplaced: async () => true,
      write: async (values, expected) => {
        if (expected.version !== String(version)) return undefined;
        texts = textsOf({ values });
        version += 1;
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
  return {
    parts,
    texts: () => texts,
    change: (key: string, text: string) => {
      texts = { ...texts, [key]: text };
      version += 1;
    },
    keepAnswers: () => void (losesAnswers = false),
  };
}

async function presentIn(store: RandomWrites['store'], name: string): Promise<RemoteSecret> {
  const state = await store.read(name, never);
  if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
  return state;
}
