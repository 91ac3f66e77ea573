import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sallyport, SallyportError } from '../../../packages/client/src/index.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { scaled } from '../../support/scale.js';
import { FaultyProxy } from './faulty-proxy.js';

const operations = scaled(10_000, 200);
const names = 8;

let installation: TestInstallation;
let direct: Sallyport;
let proxy: FaultyProxy;
let client: Sallyport;

/** The same numbers in each run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

beforeAll(async () => {
  installation = await TestInstallation.start({
    limits: { requestsPerSecond: 100_000, burst: 100_000 },
  });
  const [baseUrl = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  const token = await installation.user('pay', 'app', [allOfSecrets]);
  proxy = await FaultyProxy.start(baseUrl, { share: 0.2, random: seeded(23) });
  direct = new Sallyport({ baseUrl, token });
  const retries = { retriesMax: 12, firstDelayMs: 5, delayMsMax: 50 };
  client = new Sallyport({ baseUrl: proxy.url, token, retries });
  for (let index = 0; index < names; index += 1) {
    await direct.secrets.create('pay', { name: `s${index}`, stringData: { k: 'v-start-x' } });
  }
});
afterAll(async () => {
  await proxy?.stop();
  await installation?.stop();
});

/** One caller of one Secret: it knows what the Secret must hold, and how many versions it has. */
class Caller {
  readonly name: string;
  readonly failures: unknown[] = [];
  value = 'v-start-x';
  versions = 1;

  constructor(name: string) {
    this.name = name;
  }

  async read(): Promise<void> {
    const { content } = await client.keys.get('pay', this.name, 'k', { consistency: 'strong' });
    if (content.revealText() !== this.value) throw new Error('the value is another one');
  }

  async write(value: string): Promise<void> {
    await client.keys.put('pay', this.name, 'k', value);
    this.value = value;
    this.versions += 1;
  }

  /** Looks, past the proxy, whether a write that failed took effect. */
  async settle(value: string): Promise<void> {
    const { content } = await direct.keys.get('pay', this.name, 'k', { consistency: 'strong' });
    if (content.revealText() !== value) return;
    this.value = value;
    this.versions += 1;
  }
}

it(`${operations} operations through a faulty proxy: none is written twice, none is wrong`, async () => {
  const random = seeded(7);
  const callers = Array.from({ length: names }, (_, index) => new Caller(`s${index}`));
  let done = 0;
  const work = async (caller: Caller): Promise<void> => {
    while (done < operations) {
      done += 1;
      const value = `v-${caller.name}-${done}-x`;
      const isRead = random() < 0.5;
      try {
        await (isRead ? caller.read() : caller.write(value));
      } catch (error) {
        caller.failures.push(error);
        if (!isRead) await caller.settle(value);
      }
    }
  };
  await Promise.all(callers.map(work));

  expect([...proxy.made.values()].every((count) => count > 0)).toBe(true);
  const failures = callers.flatMap((caller) => caller.failures);
  expect(failures.filter((error) => !(error instanceof SallyportError))).toEqual([]);
  expect(failures.length).toBeLessThan(operations / 20);
  expect(inspect(failures, { depth: 9 })).not.toMatch(/v-s\d-\d+-x/);
  // Each write made one version, however often it was sent.
  for (const { name, versions } of callers) {
    const read = async () => (await direct.secrets.metadata('pay', name)).content.version;
    await expect.poll(read, { message: name }).toBe(versions);
  }
}, 600_000);

it('a watch through a faulty proxy misses no change', async () => {
  const changes = scaled(500, 40);
  const ending = new AbortController();
  const seen = new Set<number>();
  const watched = (async () => {
    const watch = client.secrets.watch('pay', {
      fieldSelector: 'metadata.name=s0',
      signal: ending.signal,
    });
    for await (const { change, type } of watch) {
      expect(type).not.toBe('restarted');
      if (change?.version) seen.add(change.version);
    }
  })();
  await expect.poll(() => seen.size, { timeout: 10_000 }).toBeGreaterThan(0);
  const first = Math.max(...seen);
  for (let index = 0; index < changes; index += 1) {
    await direct.keys.put('pay', 's0', 'k', `v-w-${index}-x`);
    // The client connects again, through another connection of the proxy.
    if (index % 4 === 0) proxy.cutOne();
  }
  await expect.poll(() => seen.has(first + changes), { timeout: 20_000 }).toBe(true);
  const missed = Array.from({ length: changes }, (_, index) => first + 1 + index).filter(
    (version) => !seen.has(version),
  );
  expect(missed).toEqual([]);
  ending.abort();
  await watched;
}, 600_000);
