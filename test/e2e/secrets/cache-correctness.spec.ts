import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../conformance/scenarios/random.js';
import { scaled } from '../../support/scale.js';
import { rights } from '../../support/secrets-world.js';
import { startTestCluster } from '../../support/test-target.js';
import { patiently } from '../../support/tokens-world.js';
import { UpstreamProxy, proxyKubeconfig } from '../../support/upstream-proxy.js';
import { CountedSecrets, type Told } from './counted-secrets.js';
import { type DetouredWorld, startDetoured } from './detour.js';
import { wholeTrail } from './whole-trail.js';

const namespace = 'counted';
const READS = scaled(100_000, 2_000);
const REVOCATIONS = scaled(20, 3);
/** The longest that a right holds after it was taken away. */
const REVOKED_MS = 2_000;
/** Of some events of watches: later than what was written is acknowledged. */
const WATCH_LAG_MS = 250;
/** How long nobody may be let in after that, before the right is given back. */
const WATCHED_MS = 1_000;
const accounts = `system:serviceaccount:${namespace}:`;
const base = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;

/** The time without a right. */
interface Revocation {
  readonly sinceMs: number;
  isOver: boolean;
}

const random = new Random(10);

let world: DetouredWorld;
let proxy: UpstreamProxy;
let leaverToken: string;
let counted: CountedSecrets;
/** Answers to the caller whose right comes and goes. */
const toLeaver: Told[] = [];
const late: Told[] = [];
let refusedInTime = 0;
let revocations = 0;
let revocation: Revocation | undefined;
let reads = 0;

const isOver = (): boolean => reads >= READS && revocations >= REVOCATIONS;
const named = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

beforeAll(async () => {
  world = await startDetoured(namespace, startTestCluster, async (cluster) => {
    proxy = await UpstreamProxy.start(cluster);
    return (path, token) => writeFile(path, proxyKubeconfig(proxy.url, token), { mode: 0o600 });
  });
  proxy.watchLagMs = () => (random.isOne(8) ? WATCH_LAG_MS : 0);
  const { installation, url } = world;
  leaverToken = await installation.user(namespace, 'leaver', rights.reader);
  counted = new CountedSecrets({ installation, base: url, namespace });
});

afterAll(async () => {
  counted?.close();
  await world?.installation.stop();
  await proxy?.stop();
});

/** Writes its own Secrets: most through the gateway, and one that comes and goes. */
async function keepWriting(names: readonly string[]): Promise<void> {
  const owner = counted.caller(world.secrets.tokens.owner);
  const [passing = '', ...lasting] = names;
  for (let round = 0; !isOver(); round += 1) {
    const name = lasting[round % lasting.length] ?? '';
    if (round % 7 === 6) await counted.writePast(name);
    else await counted.write(owner, name);
    await counted.read(owner, name);
    if (round % 5 !== 4) continue;
    await counted.remove(owner, passing);
    await counted.read(owner, passing);
    await counted.write(owner, passing);
  }
}

async function keepReading(names: readonly string[], first: number): Promise<void> {
  const reader = counted.caller(world.secrets.tokens.reader);
  for (let index = first; !isOver(); index += 1) {
    await counted.read(reader, names[index % names.length] ?? '');
    reads += 1;
  }
}

async function keepReadingAsLeaver(names: readonly string[]): Promise<void> {
  const leaver = counted.caller(leaverToken);
  for (let index = 0; !isOver(); index += 1) {
    const held = revocation;
    const told = await counted.read(leaver, names[index % names.length] ?? '');
    toLeaver.push(told);
    const isLate = held !== undefined && told.sentAtMs >= held.sinceMs + REVOKED_MS;
    if (!isLate || held.isOver) continue;
    if (told.status === 403) refusedInTime += 1;
    else late.push(told);
  }
}

async function keepRevoking(): Promise<void> {
  const { cluster } = world.installation;
  const path = `${base}/${namespace}-leaver`;
  const binding = (await cluster.request<Record<string, unknown>>('GET', path)).body;
  const { apiVersion, kind, roleRef, subjects } = binding;
  const metadata = { name: `${namespace}-leaver` };
  while (!isOver()) {
    await patiently(async () => {
      expect(isOver() || toLeaver.at(-1)?.status === 200).toBe(true);
      await Promise.resolve();
    });
    if (isOver()) return;
    expect((await cluster.request('DELETE', path)).status).toBe(200);
    revocation = { sinceMs: performance.now(), isOver: false };
    await wait(REVOKED_MS + WATCHED_MS);
    revocation.isOver = true;
    const body = { apiVersion, kind, metadata, roleRef, subjects };
    expect((await cluster.request('POST', base, body)).status).toBe(201);
    revocations += 1;
  }
}

describe(`${READS} reads, while others write and a right comes and goes,`, () => {
  beforeAll(
    async () => {
      const [some, others] = [named('some', 4), named('other', 4)];
      const names = [...some, ...others];
      const owner = counted.caller(world.secrets.tokens.owner);
      for (const name of names) await counted.write(owner, name);
      await Promise.all([
        ...[keepWriting(some), keepWriting(others), keepRevoking()],
        ...named('reader', 6).map((_, first) => keepReading(names, first)),
        ...[keepReadingAsLeaver(some), keepReadingAsLeaver(others)],
      ]);
    },
    scaled(3_600_000, 600_000),
  );

  it('show nothing that is older than a write that was acknowledged before', () => {
    expect(counted.wrong).toEqual([]);
    expect(reads).toBeGreaterThanOrEqual(READS);
    const statuses = new Set(counted.answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([200, 201, 403, 404]));
  });

  it('show nothing to whose right was taken away more than 2 s ago', () => {
    expect(late).toEqual([]);
    expect(revocations).toBeGreaterThanOrEqual(REVOCATIONS);
    expect(refusedInTime).toBeGreaterThan(REVOCATIONS);
  });

  const timeout = scaled(600_000, 60_000);

  it('are as many records as answers, each under an id of its own', { timeout }, async () => {
    const filter = { user: `${accounts}*`, action: 'secrets.*', limit: '500' };
    const events = await wholeTrail(world.secrets.as('auditor'), namespace, filter);
    const recorded = events.map(({ auditId, code }) => `${auditId} ${code}`);
    const answered = counted.answers.map(({ auditId, status }) => `${auditId} ${status}`);
    expect(recorded.length).toBe(answered.length);
    expect(new Set(answered).size).toBe(answered.length);
    const known = new Set(recorded);
    expect(answered.filter((one) => !known.has(one))).toEqual([]);
  });

  it('come from the cache, nearly all of them', { timeout }, async () => {
    const filter = { namespace, user: `${accounts}*`, action: 'secrets.reveal', code: '200' };
    const query = new URLSearchParams({ ...filter, by: 'plane' });
    const { body } = await world.secrets.as('auditor').get(`/v1/audit/counts?${query.toString()}`);
    const counts = body.items.map(({ value, count }) => [value, Number(count)] as const);
    const { broker = 0, caller = 0 } = Object.fromEntries(counts);
    expect(broker).toBeGreaterThan(READS * 0.8);
    expect(broker).toBeGreaterThan(caller * 9);
  });
});
