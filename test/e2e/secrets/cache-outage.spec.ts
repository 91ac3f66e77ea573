import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { startCluster } from '../../cluster/cluster.js';
import { writeKubeconfig } from '../../cluster/kubeconfig.js';
import { startSandboxCluster } from '../../sandbox/sandbox-cluster.js';
import { forgetChanges } from '../../support/forgotten-changes.js';
import { InterruptedPort } from '../../support/interrupted-port.js';
import { scaled } from '../../support/scale.js';
import { isOnSandbox } from '../../support/test-target.js';
import { patiently } from '../../support/tokens-world.js';
import { CountedSecrets, type Told } from './counted-secrets.js';
import {
  type DetouredWorld,
  listedSecrets,
  requireCachedAsListed,
  startDetoured,
} from './detour.js';
import { StreamFollower } from './stream-follower.js';
import { wholeTrail } from './whole-trail.js';

const namespace = 'outage';
/** Both are longer than anything that was heard before may be relied upon. */
const FROZEN_MS = scaled(40_000, limits.watchStaleMs + 2_000);
const GONE_MS = scaled(20_000, 2_000);
const CUT_OFF_MS = 3_000;
const names = Array.from({ length: 8 }, (_, index) => `s${index}`);
const [changed = '', removed = '', madeAnew = '', ...others] = names;

let world: DetouredWorld;
let way: InterruptedPort;
let counted: CountedSecrets;
const followers: StreamFollower[] = [];
let stays: StreamFollower;
let leaves: StreamFollower;

beforeAll(async () => {
  const options = { apiServerArguments: ['--etcd-compaction-interval=1s'] };
  const start = () => (isOnSandbox ? startSandboxCluster() : startCluster(options));
  world = await startDetoured(namespace, start, async (cluster) => {
    way = await InterruptedPort.to(Number(new URL(cluster.url).port));
    const ca = await readFile(cluster.caFile, 'utf8');
    const server = `https://127.0.0.1:${way.port}`;
    return (path, token) => writeKubeconfig(path, { server, ca, user: { token } });
  });
  const { installation, secrets, url } = world;
  counted = new CountedSecrets({ installation, base: url, namespace });
  const owner = counted.caller(secrets.tokens.owner);
  for (const name of names) await counted.write(owner, name);
  const place = { base: url, path: secrets.path, token: secrets.tokens.owner };
  stays = new StreamFollower(place);
  leaves = new StreamFollower(place);
  followers.push(stays, leaves);
  await seesTheSame(stays);
  await seesTheSame(leaves);
});

afterAll(async () => {
  await Promise.all(followers.map((follower) => follower.stop()));
  counted?.close();
  await world?.installation.stop();
  await way?.close();
});

async function seesTheSame(follower: StreamFollower): Promise<void> {
  await patiently(async () => {
    const listed = await listedSecrets(world);
    const versions = listed.map(({ metadata }) => [metadata.name, metadata.resourceVersion]);
    expect(Object.fromEntries(follower.seen)).toEqual(Object.fromEntries(versions));
  });
}

/** Reads without a pause for as long as something goes on; what was answered. */
async function readsDuring(
  act: (told: readonly Told[]) => Promise<void>,
): Promise<readonly Told[]> {
  let isOver = false;
  const told: Told[] = [];
  const keepReading = async (first: number): Promise<void> => {
    const reader = counted.caller(world.secrets.tokens.reader);
    for (let index = first; !isOver; index += 1) {
      told.push(await counted.read(reader, names[index % names.length] ?? ''));
      await wait(5);
    }
  };
  const reading = Promise.all([0, 1, 2, 3].map((first) => keepReading(first)));
  try {
    await act(told);
  } finally {
    isOver = true;
    await reading;
  }
  return told;
}

async function answered(told: readonly Told[]): Promise<void> {
  await patiently(async () => Promise.resolve(expect(told.at(-1)?.status).toBe(200)));
}

/** What the gateway cannot hear of, while no way leads to the API server. */
async function changePast(): Promise<void> {
  await counted.writePast(changed);
  await counted.removePast(removed);
  await counted.removePast(madeAnew);
  await counted.writePast(madeAnew);
  await counted.writePast('late');
  await counted.writePast('short');
  await counted.removePast('short');
}

/** Waits until the API server no longer has what happened after a version. */
async function forgotten(resourceVersion: string): Promise<void> {
  const { cluster } = world.installation;
  if (isOnSandbox) return forgetChanges(cluster);
  const exactly = `resourceVersionMatch=Exact&resourceVersion=${resourceVersion}`;
  await patiently(async () => {
    // Compaction goes as far as the last but one look at where etcd is.
    await counted.writePast(changed);
    const path = `/api/v1/namespaces/${namespace}/secrets?limit=1&${exactly}`;
    expect((await cluster.request('GET', path)).status).toBe(410);
  });
}

async function latestVersion(): Promise<string> {
  const versions = (await listedSecrets(world)).map(({ metadata }) => metadata.resourceVersion);
  return versions.toSorted((a, b) => Number(b) - Number(a))[0] ?? '';
}

async function planesOf(told: readonly Told[]): Promise<ReadonlySet<string>> {
  const ids = new Set(told.map(({ auditId }) => auditId));
  const filter = { action: 'secrets.reveal', limit: '500' };
  const events = await wholeTrail(world.secrets.as('auditor'), namespace, filter);
  const found = events.filter(({ auditId }) => ids.has(auditId));
  expect(found.length).toBe(ids.size);
  return new Set(found.map(({ plane }) => plane));
}

describe('an API server that hangs, is gone, comes back and has forgotten what happened', () => {
  let frozenAtMs = 0;
  let toldBefore: readonly Told[] = [];
  let toldAfter: readonly Told[] = [];

  beforeAll(async () => {
    const { cluster } = world.installation;
    const before = await latestVersion();
    leaves.leave();
    const answers = await readsDuring(async (told) => {
      // Until decisions are kept as well.
      await wait(limits.decisionSettleMs);
      await answered(told);
      cluster.pause();
      frozenAtMs = performance.now();
      await wait(FROZEN_MS);
      await way.close();
      await cluster.stopApiServer();
      await wait(GONE_MS);
    });
    toldBefore = answers.filter(({ sentAtMs }) => sentAtMs > frozenAtMs);
    await cluster.startApiServer();
    await changePast();
    await forgotten(before);
    counted.expectLatest();
    toldAfter = await readsDuring(async () => {
      await way.open();
      await patiently(() => requireCachedAsListed(world));
    });
    leaves.comeBack();
  }, 600_000);

  it('is not read from the cache for longer than what was heard of it may be relied upon', () => {
    const shown = toldBefore.filter(({ status }) => status === 200);
    const refused = toldBefore.filter(({ status }) => status !== 200);
    expect(shown.length).toBeGreaterThan(0);
    const isStale = ({ sentAtMs }: Told) => sentAtMs > frozenAtMs + limits.watchStaleMs;
    expect(shown.filter(isStale)).toEqual([]);
    expect(refused.filter(isStale).length).toBeGreaterThan(0);
    expect(refused.filter(({ status }) => ![503, 504].includes(status))).toEqual([]);
  });

  it('is read from the cache until then', async () => {
    const shown = toldBefore.filter(({ status }) => status === 200);
    expect(await planesOf(shown)).toEqual(new Set(['broker']));
  });

  it('is read as it is now once it is back, at first without the cache', async () => {
    const shown = toldAfter.filter(({ status }) => [200, 404].includes(status));
    expect(shown.length).toBeGreaterThan(0);
    expect(counted.wrong).toEqual([]);
    expect(toldAfter.filter(({ status }) => ![200, 404, 503, 504].includes(status))).toEqual([]);
  });

  it('is told of by streams that stayed and that came back, with all that happened', async () => {
    await seesTheSame(stays);
    await seesTheSame(leaves);
    expect(leaves.opened).toBe(2);
    const { payload } = await world.installation.gateway.health.inject('/metrics');
    expect(payload).toMatch(/^sallyport_cache_restarts_total [1-9]/m);
  }, 150_000);
});

describe('an API server that could not be reached for a while', () => {
  it('is not read meanwhile, and then as it is, with all that happened', async () => {
    let cutAtMs = 0;
    leaves.leave();
    const told = await readsDuring(async () => {
      await way.close();
      cutAtMs = performance.now();
      for (const name of others) await counted.writePast(name);
      await counted.removePast('late');
      await wait(CUT_OFF_MS);
      counted.expectLatest();
      await way.open();
      await patiently(() => requireCachedAsListed(world));
    });
    const meanwhile = ({ sentAtMs, toldAtMs }: Told) =>
      sentAtMs > cutAtMs + limits.watchGapMsMax && toldAtMs < cutAtMs + CUT_OFF_MS;
    const refused = new Set(told.filter(meanwhile).map(({ status }) => status));
    expect(refused).toEqual(new Set([503]));
    expect(counted.wrong).toEqual([]);
    leaves.comeBack();
    await seesTheSame(stays);
    await seesTheSame(leaves);
  }, 240_000);
});
