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
const VARIANT_MS_MAX = 1_800_000;
const PAUSE_MS_MAX = 150;
const DOWN_MS_MAX = 1_500;
const IDLE_MS = 15_000;
const HISTORY_MAX = 2_000;
const keys = ['a', 'b', 'c', 'd'];

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

/** Writes both sides at random moments, while replicas are killed in turns. */
async function disturb(name: string, random: Random): Promise<Acknowledged> {
  const acknowledged: Acknowledged = { cluster: [], store: [] };
  const write = async (side: keyof Acknowledged, own: Random): Promise<void> => {
    for (let count = 0; count < writes; count += 1) {
      const value = `${side}-value-${count}`;
      const change = { [own.pick(keys)]: value };
      if (side === 'cluster') await world.patchSecret(name, change);
      else await world.patchRemote(name, change);
      acknowledged[side].push(value);
      await pause(own.below(PAUSE_MS_MAX));
    }
  };
  const kill = async (own: Random): Promise<void> => {
    for (let count = 0; count < kills; count += 1) {
      await pause(own.below(PAUSE_MS_MAX * 4));
      await world.kill(count % 2, own.below(DOWN_MS_MAX));
    }
  };
  const seeds = Array.from({ length: 3 }, () => new Random(random.below(2 ** 31)));
  const [ofCluster, ofStore, ofKills] = seeds as [Random, Random, Random];
  await Promise.all([write('cluster', ofCluster), write('store', ofStore), kill(ofKills)]);
  return acknowledged;
}

const missing = (expected: readonly string[], known: ReadonlySet<string>) =>
  expected.filter((value) => !known.has(value));

describe('kill -9 of replicas that sync with OpenBao, while both sides are written', () => {
  it.each(['preferStore', 'preferCluster'])(
    'leaves equal sides, and every acknowledged value in a history: %s',
    { timeout: VARIANT_MS_MAX },
    async (onConflict) => {
      const random = new Random(SEED);
      const name = onConflict.toLowerCase();
      await world.createSecret(name, { a: 'first-a', b: 'first-b', c: 'first-c', d: 'first-d' });
      await world.sync(name, { onConflict });
      await patiently(async () => expect(await world.stateOf(name)).toBe('InSync'));
      await world.keepVersions(name, HISTORY_MAX);
      world.proxy.fate = fates(random);
      const acknowledged = await disturb(name, random);
      world.proxy.fate = () => 'passed';
      const path = `/v1/namespaces/pay/syncs/${name}/run`;
      await patiently(async () => {
        await world.ask(path, 'POST');
        const [secret, remote] = [await world.secret(name), await world.remote(name)];
        expect(secret.values).toEqual(remote.values);
        expect(await world.stateOf(name)).toBe('InSync');
      });
      const before = [await world.secret(name), await world.remote(name)];
      await pause(IDLE_MS);
      await world.ask(path, 'POST');
      expect([await world.secret(name), await world.remote(name)]).toEqual(before);
      expect(missing(acknowledged.store, await world.remoteHistory(name))).toEqual([]);
      expect(missing(acknowledged.cluster, await world.secretHistory(name))).toEqual([]);
    },
  );
});
