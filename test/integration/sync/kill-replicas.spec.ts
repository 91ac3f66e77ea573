import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../conformance/scenarios/random.js';
import { scaled } from '../../support/scale.js';
import type { StoreFate } from '../../support/store-proxy.js';
import { SyncCrashWorld } from '../../support/sync-crash-world.js';
import { patiently } from '../../support/tokens-world.js';

const SEED = 20_261_202;
const writes = scaled(500, 30);
const kills = scaled(40, 4);
const RUN_MS_MAX = 1_800_000;
const PAUSE_MS_MAX = 150;
const DOWN_MS_MAX = 1_500;
/** Longer than a poll. */
const IDLE_MS = 13_000;
const HISTORY_MAX = 2_000;
const keys = ['a', 'b', 'c', 'd'];
/** Secrets, by the side that wins conflicts. */
const names = ['store-wins', 'cluster-wins'];

let world: SyncCrashWorld;

beforeAll(async () => {
  world = await SyncCrashWorld.start();
});
afterAll(() => world?.stop());

/** Refuses or loses one call of twelve. */
function fates(random: Random): () => StoreFate {
  const bad: readonly StoreFate[] = ['unsent', 'lost', 'lost', 429, 503];
  return () => (random.isOne(12) ? random.pick(bad) : 'passed');
}

interface Acknowledged {
  readonly cluster: string[];
  readonly store: string[];
}

/** Writes both sides of each sync at random moments, while replicas are killed in turns. */
async function disturb(random: Random): Promise<ReadonlyMap<string, Acknowledged>> {
  const newRandom = (): Random => new Random(random.below(2 ** 31));
  const write = async (name: string, side: keyof Acknowledged, to: string[]): Promise<void> => {
    const own = newRandom();
    for (let count = 0; count < writes; count += 1) {
      const value = `${name}-${side}-value-${count}`;
      const change = { [own.pick(keys)]: value };
      if (side === 'cluster') await world.patchSecret(name, change);
      else await world.patchRemote(name, change);
      to.push(value);
      await pause(own.below(PAUSE_MS_MAX));
    }
  };
  const kill = async (): Promise<void> => {
    const own = newRandom();
    for (let count = 0; count < kills; count += 1) {
      await pause(own.below(PAUSE_MS_MAX * 4));
      await world.kill(count % 2, own.below(DOWN_MS_MAX));
    }
  };
  const acknowledged = new Map(
    names.map((name) => [name, { cluster: [], store: [] } as Acknowledged]),
  );
  const writers = [...acknowledged].flatMap(([name, { cluster, store }]) => [
    write(name, 'cluster', cluster),
    write(name, 'store', store),
  ]);
  await Promise.all([...writers, kill()]);
  return acknowledged;
}

const run = (name: string) => world.ask(`/v1/namespaces/pay/syncs/${name}/run`, 'POST');

const missing = (expected: readonly string[], known: ReadonlySet<string>) =>
  expected.filter((value) => !known.has(value));

/** Creates a Secret and its sync, one for each rule of conflicts. */
async function begin(name: string): Promise<void> {
  await world.createSecret(name, { a: 'first-a', b: 'first-b', c: 'first-c', d: 'first-d' });
  const onConflict = name === 'store-wins' ? 'preferStore' : 'preferCluster';
  await world.sync(name, { onConflict });
  await patiently(async () => expect(await world.stateOf(name)).toBe('InSync'));
  await world.keepVersions(name, HISTORY_MAX);
}

async function becomesEqual(name: string) {
  return patiently(async () => {
    await run(name);
    const [secret, remote] = [await world.secret(name), await world.remote(name)];
    expect(secret.values).toEqual(remote.values);
    expect(await world.stateOf(name)).toBe('InSync');
    return { secret, remote };
  });
}

describe('kill -9 of replicas that sync with OpenBao, while both sides are written', () => {
  it(
    'leaves equal sides, and every acknowledged value in the history of its side',
    { timeout: RUN_MS_MAX },
    async () => {
      for (const name of names) await begin(name);
      const random = new Random(SEED);
      world.proxy.fate = fates(random);
      const acknowledged = await disturb(random);
      world.proxy.fate = () => 'passed';
      const before = await Promise.all(names.map(becomesEqual));
      await pause(IDLE_MS);
      for (const [index, name] of names.entries()) {
        await run(name);
        const after = { secret: await world.secret(name), remote: await world.remote(name) };
        expect(after).toEqual(before[index]);
      }
      for (const [name, { cluster, store }] of acknowledged) {
        expect(missing(store, await world.remoteHistory(name))).toEqual([]);
        expect(missing(cluster, await world.secretHistory(name))).toEqual([]);
      }
    },
  );
});
