import { SecretCache } from '../../../src/secrets/domain/cache/secret-cache.js';
import { partOf } from '../../support/part-of.js';
import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../conformance/scenarios/random.js';
import { scaled } from '../../support/scale.js';
import { followed } from '../../support/secrets-world.js';
import { startTestCluster } from '../../support/test-target.js';
import { patiently } from '../../support/tokens-world.js';
import { type OpenWatch, UpstreamProxy, proxyKubeconfig } from '../../support/upstream-proxy.js';
import { CountedSecrets } from './counted-secrets.js';
import {
  type DetouredWorld,
  listedSecrets,
  requireCachedAsListed,
  startDetoured,
} from './detour.js';
import { EventReader } from './event-reader.js';
import { StreamFollower } from './stream-follower.js';

const namespace = 'cut-off';
/** Of watches on Secrets; others are cut as well. */
const CUTS = scaled(1_000, 25);
const LIVES_MS_MAX = 1_500;
/** Between cuts of streams. */
const STREAM_MS_MAX = 1_000;
const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
const seed = Date.now() % 2 ** 31;
const random = new Random(seed);

let world: DetouredWorld;
let proxy: UpstreamProxy;
let counted: CountedSecrets;
let follower: StreamFollower;
let isCutting = false;
const cut = { secrets: 0, others: 0 };
/** Watches on Secrets that go on. */
const open = new Set<OpenWatch>();

const isOfSecrets = (path: string): boolean => /^\/api\/v1\/.*secrets\?/.test(path);
const isOver = (): boolean => cut.secrets >= CUTS;

beforeAll(async () => {
  world = await startDetoured(namespace, startTestCluster, async (cluster) => {
    proxy = await UpstreamProxy.start(cluster);
    return (path, token) => writeFile(path, proxyKubeconfig(proxy.url, token), { mode: 0o600 });
  });
  const { installation, secrets, url } = world;
  counted = new CountedSecrets({ installation, base: url, namespace });
  follower = new StreamFollower({ base: url, path: secrets.path, token: secrets.tokens.owner });
  proxy.onWatch = doom;
});

afterAll(async () => {
  isCutting = false;
  await follower?.stop();
  counted?.close();
  await world?.installation.stop();
  await proxy?.stop();
});

/** Each watch lives for a random time, and is broken off or ended. */
function doom(watch: OpenWatch): void {
  if (isOfSecrets(watch.path)) open.add(watch);
  void watch.over.then(() => open.delete(watch));
  if (!isCutting) return;
  const how = random.isOne(3) ? 'ended' : 'broken';
  const timer = setTimeout(() => {
    if (!isCutting) return;
    watch.cut(how);
    if (isOfSecrets(watch.path)) cut.secrets += 1;
    else cut.others += 1;
  }, random.below(LIVES_MS_MAX));
  void watch.over.finally(() => clearTimeout(timer));
}

/** Creates, changes and removes its own Secrets, through the gateway and past it. */
async function keepChanging(own: readonly string[]): Promise<void> {
  const owner = counted.caller(world.secrets.tokens.owner);
  const there = new Set<string>();
  while (!isOver()) {
    const name = random.pick(own);
    const isPast = random.isOne(2);
    const isRemoved = there.has(name) && random.isOne(4);
    if (isRemoved) await (isPast ? counted.removePast(name) : counted.remove(owner, name));
    else await (isPast ? counted.writePast(name) : counted.write(owner, name));
    if (isRemoved) there.delete(name);
    else there.add(name);
    await wait(10);
  }
}

async function keepReading(): Promise<void> {
  const reader = counted.caller(world.secrets.tokens.reader);
  for (let index = 0; !isOver(); index += 1) {
    await counted.read(reader, names[index % names.length] ?? '');
    await wait(5);
  }
}

async function keepCuttingTheStream(): Promise<void> {
  while (!isOver()) {
    await wait(random.below(STREAM_MS_MAX));
    follower.cut();
  }
}

describe(`after watches on Secrets were cut ${CUTS} times, while those changed,`, () => {
  let watches = 0;
  let lists = 0;

  beforeAll(
    async () => {
      process.stderr.write(`cuts of a gateway's watches: seed ${seed}\n`);
      const before = proxy.seen.length;
      isCutting = true;
      // Those that are open live on, and the next ones do not.
      await Promise.all([
        ...[keepChanging(names.slice(0, 6)), keepChanging(names.slice(6))],
        ...[keepReading(), keepReading(), keepCuttingTheStream()],
      ]);
      isCutting = false;
      const seen = proxy.seen.slice(before).filter(({ method }) => method === 'GET');
      watches = seen.filter(({ path }) => path.includes('watch=true')).length;
      const listsOfSecrets = seen.filter(({ path }) => isOfSecrets(path) && !/watch=/.test(path));
      lists = listsOfSecrets.length;
    },
    scaled(3_600_000, 600_000),
  );

  it('the cache is the same as a list', async () => {
    await patiently(() => requireCachedAsListed(world));
  }, 90_000);

  it('a stream that came back again and again has told the last state of each Secret', async () => {
    await patiently(async () => {
      const listed = await listedSecrets(world);
      const versions = listed.map(({ metadata }) => [metadata.name, metadata.resourceVersion]);
      expect(Object.fromEntries(follower.seen)).toEqual(Object.fromEntries(versions));
    });
    expect(follower.opened).toBeGreaterThan(1);
  }, 90_000);

  it('no read has shown a state older than a write that was acknowledged before', () => {
    expect(counted.wrong).toEqual([]);
  });

  it('each cut has led to one new watch, and to no more lists than cuts', () => {
    expect(watches).toBeLessThanOrEqual(cut.secrets + cut.others + 50);
    expect(lists).toBeLessThanOrEqual(cut.secrets);
  });
});

it('a stream that is opened while the watch is away begins once that is back', async () => {
  const { installation, secrets, url } = world;
  await followed(installation, namespace);
  proxy.refusal = ({ path }) => (isOfSecrets(path) ? 503 : undefined);
  for (const watch of open) watch.cut('broken');
  await patiently(async () => {
    const view = await partOf(installation.gateway, SecretCache).view(namespace);
    expect(view).toBeUndefined();
  });
  const opening = EventReader.open({ base: url, path: secrets.path, token: secrets.tokens.owner });
  await wait(200);
  proxy.refusal = () => undefined;
  const reader = await opening;
  reader.close();
  expect(reader.status).toBe(200);
});
