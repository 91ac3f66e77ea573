import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../conformance/scenarios/random.js';
import { scaled } from '../../support/scale.js';
import { eventually } from '../../support/tokens-world.js';
import { SharingWorld } from './sharing-world.js';

const REVOCATIONS = scaled(1_000, 10);
const READERS = 4;
const SHARES = 5;
/** What docs/share-a-secret.md promises, in milliseconds after the acknowledgement. */
const ENDS_WITHIN_MS = 2_000;

interface Released {
  readonly name: string;
  readonly atMs: number;
}

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
});
afterAll(() => world?.stop());

/** Ways to end a share: what each sends as the owner. */
const ends = [
  (path: string) => world.as('owner').post(`${path}/revoke`, {}),
  (path: string) => world.as('owner').post(`${path}/revoke`, { namespace: 'shop' }),
  (path: string) => world.as('owner').delete(path),
  // Past the gateway, whose watch must notice.
  async (path: string) => {
    const url = path
      .replace('/v1/', '/apis/sallyport.dev/v1alpha1/')
      .replace('/shares', '/secretshares');
    return world.installation.cluster.request('DELETE', url);
  },
] as const;

it(`${REVOCATIONS} revocations at random moments under reads release no value later`, async () => {
  const random = new Random(7);
  const released: Released[] = [];
  const acknowledged = new Map<string, number>();
  let reading: readonly string[] = [];
  let isOver = false;
  const readOn = async (): Promise<void> => {
    while (!isOver) {
      for (const name of reading) {
        const { status } = await world.read(name);
        if (status === 200) released.push({ name, atMs: performance.now() });
      }
      await wait(1);
    }
  };
  const readers = Array.from({ length: READERS }, readOn);
  while (acknowledged.size < REVOCATIONS) {
    const names: string[] = [];
    for (let count = 0; count < SHARES; count += 1) names.push(await world.share());
    reading = names;
    for (const name of names) {
      await eventually(() => {
        if (!released.some((one) => one.name === name)) throw new Error(`${name} is not read`);
      });
    }
    await Promise.all(
      names.map(async (name) => {
        await wait(random.below(50));
        const end = random.pick(ends);
        const { status } = await end(`/v1/namespaces/pay/shares/${name}`);
        expect([200, 204]).toContain(status);
        acknowledged.set(name, performance.now());
      }),
    );
    await wait(100);
  }
  await wait(ENDS_WITHIN_MS);
  isOver = true;
  await Promise.all(readers);
  const late = released
    .map(({ name, atMs }) => atMs - (acknowledged.get(name) ?? Infinity))
    .filter((lateMs) => lateMs > ENDS_WITHIN_MS);
  expect(late).toEqual([]);
  expect(released.length).toBeGreaterThan(acknowledged.size);
}, 600_000);
