import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { AgeSweep } from '../../../src/versions/capture/age-sweep.js';
import {
  WatchedNamespaces,
  type NamespaceFacts,
} from '../../../src/versions/domain/secret-feed.js';
import type { Pruned } from '../../../src/versions/domain/versions.store.js';
import { dialects } from '../../postgres/test-storage.js';
import { ManualClock } from '../../unit/auth/manual-clock.js';
import { newVersion, type VersionWish } from '../../unit/versions/domain/version.builder.js';
import { countedBytes, historyOf, numbersOf, storeFixture } from './store-fixture.js';

const BATCH = 100;
const AGE_MS = 60_000;

/** Namespaces by name and uid: those that were heard of, and those that there are. */
class Namespaces extends WatchedNamespaces {
  readonly heard = new Map<string, string>();
  readonly there = new Map<string, string>();
  isAway = false;

  override known(name: string): NamespaceFacts | undefined {
    return factsOf(this.heard.get(name));
  }

  override confirm(name: string): Promise<NamespaceFacts | undefined> {
    if (this.isAway) return Promise.reject(new Error('the API server is away'));
    return Promise.resolve(factsOf(this.there.get(name)));
  }
}

function factsOf(uid: string | undefined): NamespaceFacts | undefined {
  return uid === undefined
    ? undefined
    : { uid, annotations: {}, createdAt: '', resourceVersion: '1' };
}

describe.each(dialects)('versions that nobody adds to, in %s', (dialect) => {
  const at = storeFixture(dialect);
  const clock = new ManualClock();
  let namespaces: Namespaces;
  let pruned: Pruned[];
  const sweeps: AgeSweep[] = [];
  const db = newVersion(1);

  beforeEach(() => {
    namespaces = new Namespaces();
    namespaces.heard.set('pay', 'ns-1');
    namespaces.there.set('pay', 'ns-1');
    pruned = [];
  });
  afterEach(() => Promise.all(sweeps.splice(0).map((one) => one.stop())));

  const sweepOf = (ageMsMax: number | undefined): AgeSweep => {
    const onPruned = (some: readonly Pruned[]) => void pruned.push(...some);
    const sweep = new AgeSweep({ store: at.store, namespaces, clock, ageMsMax, onPruned });
    sweeps.push(sweep);
    return sweep;
  };
  const record = async (count: number, wish: VersionWish = {}, ageMs = AGE_MS + 1) => {
    const all = Array.from({ length: count }, (_, index) =>
      newVersion(index + 1, { createdMs: clock.nowMs() - ageMs, ...wish }),
    );
    // A transaction of all would be a long one.
    for (let from = 0; from < count; from += BATCH) {
      await at.store.record(all.slice(from, from + BATCH));
    }
  };

  it('go by their age alone, but for what is held, has a name or is destroyed', async () => {
    await record(6);
    const { id } = await historyOf(at.store, db);
    await at.store.setAlias(id, 'good', 1);
    await at.store.setState(id, 2, { from: ['live'], to: 'destroyed', nowMs: 1 });
    await at.store.setAlias(id, 'pending', 3);
    await record(3, { name: 'young' }, AGE_MS - 1);
    await sweepOf(AGE_MS).run();
    expect(await numbersOf(at.store, db)).toEqual([6, 5, 3, 2, 1]);
    expect(await numbersOf(at.store, newVersion(1, { name: 'young' }))).toEqual([3, 2, 1]);
    expect(pruned).toEqual([{ history: db.history, versions: [4], why: 'age' }]);
    expect(await at.store.bytes()).toBe(await countedBytes(at));
    expect(await at.store.record([newVersion(5, { resourceVersion: '400' })])).toMatchObject([
      { kind: 'known', version: 4 },
    ]);
  });

  it('stay where nothing is said of an age', async () => {
    await record(4);
    namespaces.heard.clear();
    namespaces.there.clear();
    await sweepOf(undefined).run();
    expect(await numbersOf(at.store, db)).toEqual([4, 3, 2, 1]);
  });

  it('go part by part, of all Secrets', async () => {
    const count = limits.versionRowsAtOnceMax - 10;
    await record(count, { name: 'a' });
    await record(count, { name: 'b' });
    const beforeMs = clock.nowMs() - AGE_MS;
    const first = await at.store.sweep({ beforeMs, afterId: 0 });
    const second = await at.store.sweep({ beforeMs, afterId: first.lastId ?? 0 });
    expect(second.lastId).toBeUndefined();
    const went = [first, second].map((one) => one.pruned.flatMap(({ versions }) => versions));
    expect(went.map(({ length }) => length)).toEqual([
      limits.versionRowsAtOnceMax - 2,
      2 * count - limits.versionRowsAtOnceMax - 2,
    ]);
    const kept = await numbersOf(at.store, newVersion(1, { name: 'b' }));
    expect(kept).toEqual([count, count - 1]);
  });

  it('go with all that is held once their namespace is gone and none of them is young', async () => {
    await record(3);
    await at.store.setAlias((await historyOf(at.store, db)).id, 'good', 1);
    await record(2, { name: 'mixed' });
    await at.store.record([newVersion(3, { name: 'mixed', createdMs: clock.nowMs() })]);
    await record(2, { name: 'other', namespaceUid: 'ns-2', namespace: 'shop' });
    for (const some of [namespaces.heard, namespaces.there]) some.set('shop', 'ns-2');
    namespaces.heard.set('pay', 'made anew');
    namespaces.there.set('pay', 'made anew');
    await sweepOf(AGE_MS).run();
    expect(await numbersOf(at.store, db)).toEqual([]);
    expect(await numbersOf(at.store, newVersion(1, { name: 'mixed' }))).toEqual([3, 2]);
    const other = newVersion(1, { name: 'other', namespaceUid: 'ns-2', namespace: 'shop' });
    expect(await numbersOf(at.store, other)).toEqual([2, 1]);
    const numbers = pruned.flatMap(({ history, versions }) =>
      versions.map((version) => `${history.name} ${version}`),
    );
    expect(numbers.toSorted()).toEqual(['db 1', 'db 2', 'db 3', 'mixed 1']);
    expect(await at.store.bytes()).toBe(await countedBytes(at));
    const { currentVersion, previousVersion, lastVersion } = await historyOf(at.store, db);
    expect([currentVersion, previousVersion, lastVersion]).toEqual([undefined, undefined, 3]);
  });

  it('stay where their namespace only was not heard of, or cannot be asked for', async () => {
    await record(2);
    namespaces.heard.clear();
    await sweepOf(AGE_MS).run();
    namespaces.there.clear();
    namespaces.isAway = true;
    const sweep = sweepOf(AGE_MS);
    await expect(sweep.run()).rejects.toThrow('away');
    expect(await numbersOf(at.store, db)).toEqual([2, 1]);
    namespaces.isAway = false;
    await sweep.run();
    await sweep.run();
    expect(await numbersOf(at.store, db)).toEqual([]);
    expect(await at.store.namespaces('', 10)).toEqual([]);
  });
});
