import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { Random } from '../../conformance/scenarios/random.js';
import { startCluster } from '../../cluster/cluster.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { startSandboxCluster } from '../../sandbox/sandbox-cluster.js';
import { describeAtOnce } from '../../support/at-once.js';
import { InterruptedPort } from '../../support/interrupted-port.js';
import { RandomCuts } from '../../support/random-cuts.js';
import { isLong, scaled } from '../../support/scale.js';
import { CacheWorld, type CacheWorldOptions, heldIn, listedAt } from './secret-cache-world.js';
import { installGateway } from './support.js';

const secrets = '/api/v1/namespaces/pay/secrets';
// The longest that a test waits for history to be compacted.
const COMPACTED_MS = 4_000;
const seed = Date.now() % 2 ** 31;

const clusters = [
  [
    'the real API server',
    () => startCluster({ apiServerArguments: ['--etcd-compaction-interval=1s'] }),
  ],
  ['the sandbox', startSandboxCluster],
] as const;
const used = isLong ? clusters : clusters.slice(0, 1);

interface Written {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
}

describeAtOnce<() => Promise<TestCluster>>(used, 'a cache of Secrets on %s', (title, start) => {
  let cluster: TestCluster;
  const stopping: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    cluster = await start();
    await installGateway(cluster);
    // More than one page.
    for (let made = 0; made < limits.listItemsMax + 20; made += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, at) => put(`s${made + at}`, 'first')));
    }
  }, 900_000);
  afterEach(async () => {
    for (const stop of stopping.splice(0).toReversed()) await stop();
  });
  afterAll(() => cluster?.stop());

  async function follow(options: CacheWorldOptions = {}): Promise<CacheWorld> {
    const world = await CacheWorld.start(cluster, options);
    stopping.push(() => world.stop());
    return world;
  }

  async function put(name: string, value: string): Promise<Written> {
    const data = { key: Buffer.from(value).toString('base64') };
    const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data };
    const made = await cluster.request<Written>('POST', secrets, body);
    if (made.status === 201) return made.body;
    const changed = await cluster.request<Written>('PUT', `${secrets}/${name}`, body);
    expect(changed.status).toBe(200);
    return changed.body;
  }

  async function remove(name: string): Promise<string> {
    const path = `${secrets}/${name}`;
    const answer = await cluster.request<{ readonly details: { readonly uid: string } }>(
      'DELETE',
      path,
    );
    expect(answer.status).toBe(200);
    return answer.body.details.uid;
  }

  const equal = async (world: CacheWorld): Promise<void> => {
    const held = () => JSON.stringify(heldIn(world.view('pay')));
    const there = async () => JSON.stringify(await listedAt(cluster, 'pay'));
    const isSo = async () => expect(held() === (await there())).toBe(true);
    await vi.waitFor(isSo, { timeout: 30_000 });
  };

  it('holds what there is, as a get answers it, and hears of each change', async () => {
    const world = await follow();
    await world.live('pay');
    await equal(world);
    await put('changes', 'one');
    await equal(world);
    const { body } = await cluster.request('GET', `${secrets}/changes`);
    const text = world.view('pay')?.get('changes')?.document.revealText() ?? '';
    expect(JSON.parse(text)).toEqual(body);
    expect(text).toMatch(/^\{"kind":"Secret","apiVersion":"v1","metadata":/);
    await put('changes', 'two');
    await remove('changes');
    await equal(world);
    const told = world.cache.changes('pay')?.from(0, 10);
    const names = told?.map(({ before, after }) => [before?.name, after?.name]);
    const [name, none] = ['changes', undefined];
    expect(names).toEqual([
      [none, name],
      [name, name],
      [name, none],
    ]);
    expect(new Set(world.recorded).size).toBe(world.recorded.length);
    expect(world.faults).toEqual([]);
  }, 60_000);

  it('shows no state older than a write that was acknowledged', async () => {
    const world = await follow();
    await world.live('pay');
    const ref = { namespace: 'pay', name: 'acknowledged' };
    for (let count = 0; count < 60; count += 1) {
      const { metadata } = await put(ref.name, `value ${count}`);
      world.cache.wrote(ref, metadata.resourceVersion);
      const written = await world.cache.view('pay', { name: ref.name });
      expect(written?.get(ref.name)?.resourceVersion).toBe(metadata.resourceVersion);
      if (count % 3 !== 0) continue;
      world.cache.removed(ref, await remove(ref.name));
      expect((await world.cache.view('pay'))?.get(ref.name)).toBeUndefined();
    }
    expect(world.cache.waiting).toBe(0);
  }, 60_000);

  it('is not read while the API server is down, and equals a list afterwards', async () => {
    const world = await follow();
    await world.live('pay');
    await cluster.stopApiServer();
    await world.live('pay', false, 2_000);
    await cluster.startApiServer();
    await put('s1', 'after a crash');
    await world.live('pay');
    await equal(world);
  }, 90_000);

  it('tells what it missed where the API server no longer has it', async () => {
    const port = await InterruptedPort.to(Number(new URL(cluster.url).port));
    stopping.push(() => port.close());
    const world = await follow({ port: port.port });
    await world.live('pay');
    await equal(world);
    const log = world.cache.changes('pay');
    const before = world.view('pay')?.resourceVersion ?? '';
    const untouched = world.view('pay')?.get('s2');
    await port.close();
    await world.live('pay', false, 2_000);
    await put('s1', 'meanwhile');
    await remove('s3');
    await put('s0-new', 'meanwhile');
    if (title !== 'the sandbox') {
      await wait(COMPACTED_MS);
      // What it remembers by itself goes with it.
      await cluster.stopApiServer();
      await cluster.startApiServer();
      await put('s0-new', 'after it was compacted');
      await wait(COMPACTED_MS);
    }
    await port.open();
    world.watch.nudge('pay');
    await world.live('pay');
    await equal(world);
    expect(world.watch.state.restarts).toBe(title === 'the sandbox' ? 0 : 1);
    expect(world.view('pay')?.get('s2')).toBe(untouched);
    const told = log?.from(log.after(before) ?? -1, 10);
    const names = told?.map((change) => (change.after ?? change.before)?.name);
    expect(names?.toSorted()).toEqual(['s0-new', 's1', 's3']);
    await put('s3', 'again');
    await remove('s0-new');
  }, 120_000);

  it(
    'equals a list after its connections were cut again and again',
    async () => {
      const cutsMax = scaled(1_000, 20);
      const target = Number(new URL(cluster.url).port);
      const plan = { seed, cutsMax, livesMsMax: 2_500, bytesMax: 60_000 };
      const cuts = await RandomCuts.to(target, plan);
      stopping.push(() => cuts.stop());
      const world = await follow({ port: cuts.port });
      const random = new Random(seed);
      let isOver = false;
      const changing = (async () => {
        while (!isOver) {
          const name = `s${random.below(40)}`;
          await put(name, `value ${random.below(1_000)}`);
          if (random.isOne(4)) await remove(name);
          await wait(10);
        }
      })();
      try {
        await cuts.spent;
      } finally {
        isOver = true;
        await changing;
      }
      process.stderr.write(`cuts of a cache: seed ${seed}\n`);
      await world.live('pay');
      await equal(world);
    },
    scaled(3_600_000, 240_000),
  );

  it('is not read where the broker may not watch', async () => {
    const world = await follow({ served: ['pay', 'other'] });
    await world.live('pay');
    expect(world.cache.view('other')).toBeUndefined();
    expect(world.watch.lapsed).toEqual(['other']);
    expect(world.watch.state).toMatchObject({ collections: 2, live: 1, restarts: 0 });
  }, 60_000);
});
