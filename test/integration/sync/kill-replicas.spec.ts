import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../conformance/scenarios/random.js';
import { isLong, scaled } from '../../support/scale.js';
import {
  startParameterStore,
  startSecretsManagerStore,
} from '../../support/sync-kills/aws-stores.js';
import { startAzureStore } from '../../support/sync-kills/azure-store.js';
import type { CrashStore, StartCrashStore } from '../../support/sync-kills/crash-store.js';
import { Disturbance, type WrittenSecret } from '../../support/sync-kills/disturbance.js';
import { startGcpStore } from '../../support/sync-kills/gcp-store.js';
import { KillWorld } from '../../support/sync-kills/kill-world.js';
import { startKubernetesStore } from '../../support/sync-kills/kubernetes-store.js';
import { startOpenBaoStore } from '../../support/sync-kills/openbao-store.js';
import { SyncedSecrets } from '../../support/sync-kills/synced-secrets.js';
import { startWebhook } from '../../support/sync-kills/webhook-store.js';
import { patiently } from '../../support/tokens-world.js';

const SEED = 20_261_202;
const writes = scaled(500, 10);
const kills = scaled(40, 4);
const RUN_MS_MAX = 1_800_000;
const CHECK_MS_MAX = 600_000;
/** Longer than a poll. */
const IDLE_MS = 13_000;
const SKEW_MS_MIN = 4 * 60_000;
const keys = ['a', 'b', 'c', 'd'];
/** Rules of conflicts, by the last part of names. */
const rules = {
  'store-wins': 'preferStore',
  'cluster-wins': 'preferCluster',
  hold: 'hold',
} as const;
type Rule = keyof typeof rules;
const allRules = Object.keys(rules) as Rule[];

const starts: Readonly<Record<string, StartCrashStore>> = {
  openbao: startOpenBaoStore,
  'aws-secrets': startSecretsManagerStore,
  'aws-parameters': startParameterStore,
  azure: startAzureStore,
  gcp: startGcpStore,
  kubernetes: startKubernetesStore,
  webhook: startWebhook,
};
const stores = Object.keys(starts);
/** Stores that are written at the same time: in a short run, a kill is one for all stores. */
const groups = isLong
  ? stores.map((name) => ({ title: name, group: [name] }))
  : [{ title: 'each store', group: stores }];

let world: KillWorld;
let secrets: SyncedSecrets;

beforeAll(async () => {
  world = await KillWorld.start(stores);
  secrets = new SyncedSecrets(world);
});
afterAll(() => world?.stop());

const missing = (expected: readonly string[], ...known: readonly ReadonlySet<string>[]) =>
  expected.filter((value) => !known.some((values) => values.has(value)));

/** Creates a Secret and its sync for a rule of conflicts. */
async function begin(store: CrashStore, rule: Rule): Promise<WrittenSecret> {
  const name = `${store.name}-${rule}`;
  const first = Object.fromEntries(keys.map((key) => [key, `${name}-first-${key}`]));
  await secrets.create(name, first);
  await secrets.sync(name, store.name, { onConflict: rules[rule] });
  await patiently(async () => {
    const view = await secrets.view(name);
    expect(view).toMatchObject({ state: 'InSync' });
  });
  await store.keepVersions?.(name);
  return { name, store, cluster: [], remote: [] };
}

/** Waits until both sides are equal, but for keys in conflict. */
async function settled({ name, store }: WrittenSecret) {
  return patiently(async () => {
    await secrets.run(name);
    const { state, keyStates } = await secrets.view(name);
    const [secret, remote] = [await secrets.current(name), await store.current(name)];
    const conflicts = keyStates.filter((key) => key.state === 'Conflict').map((key) => key.name);
    const differing = keys.filter((key) => secret.values[key] !== remote.values[key]);
    expect(conflicts.toSorted()).toEqual(differing);
    expect(state).toBe(conflicts.length > 0 ? 'Conflict' : 'InSync');
    return { secret, remote, differing };
  });
}

/** Expects that the history of one side has each acknowledged value. */
async function expectHistories(one: WrittenSecret): Promise<void> {
  const { name, store, cluster, remote } = one;
  const ofCluster = await secrets.history(name);
  expect(missing(cluster, ofCluster)).toEqual([]);
  expect(missing(remote, await store.history(name), ofCluster)).toEqual([]);
}

/** Expects that one resolution ends all conflicts of a sync, and loses nothing. */
async function expectResolved(one: WrittenSecret): Promise<void> {
  const { name, store } = one;
  const { secret, remote, differing } = await settled(one);
  const inCluster = await secrets.history(name);
  const inStore = await store.history(name);
  for (const key of differing) {
    expect(inCluster).toContain(secret.values[key]);
    expect(inStore).toContain(remote.values[key]);
  }
  await secrets.resolve(name, 'store');
  const after = await settled(one);
  expect(after).toMatchObject({ differing: [], secret: { values: remote.values } });
}

describe.each(groups)('kill -9 of replicas that sync with $title', ({ group }) => {
  const started = new Map<string, CrashStore>();
  const written = new Map<string, WrittenSecret>();
  const random = new Random(SEED);
  let disturbance: Disturbance;

  const of = (store: string, rule: Rule): WrittenSecret => {
    const one = written.get(`${store}-${rule}`);
    if (one === undefined) throw new Error(`no secret of ${store}`);
    return one;
  };

  beforeAll(async () => {
    const opened = await Promise.all(
      group.map(async (name) => world.open(starts[name] as StartCrashStore)),
    );
    for (const store of opened) started.set(store.name, store);
    const begun = opened.flatMap((store) => allRules.map(async (rule) => begin(store, rule)));
    for (const one of await Promise.all(begun)) written.set(one.name, one);
    disturbance = new Disturbance({
      ...{ world, secrets, written: [...written.values()], keys, writes, kills },
      newRandom: () => new Random(random.below(2 ** 31)),
    });
    for (const { fates } of opened) fates.isDisturbed = true;
    await disturbance.run();
    for (const { fates } of opened) fates.isDisturbed = false;
  }, RUN_MS_MAX);

  afterAll(async () => {
    for (const { name } of written.values()) await secrets.endSync(name);
    for (const store of started.values()) await store.stop();
  });

  it('kills replicas that have the lease, and that write', async ({ annotate }) => {
    const { kills: done, looks } = disturbance;
    const numbers = {
      kills: done.length,
      ofHolders: done.filter(({ isHolder }) => isHolder).length,
      inWrites: done.filter(({ isInWrite }) => isInWrite).length,
      nearWrites: done.filter(({ isNearWrite }) => isNearWrite).length,
      whileWritersWrite: done.filter(({ writers }) => writers > 0).length,
    };
    await annotate(JSON.stringify({ ...numbers, looks }));
    expect(numbers.kills).toBe(kills);
    expect(numbers.ofHolders).toBeGreaterThanOrEqual(kills / 4);
    expect(numbers.inWrites).toBeGreaterThanOrEqual(kills / 4);
    expect(numbers.nearWrites).toBeGreaterThanOrEqual(kills / 2);
    expect(numbers.whileWritersWrite).toBeGreaterThanOrEqual(kills / 2);
    // A replica whose clock is behind refuses a token that seems to be of the future.
    expect(Math.max(...looks)).toBeGreaterThan(0);
  });

  it.concurrent.each(group)(
    'leaves both sides of %s equal or in conflict',
    { timeout: CHECK_MS_MAX },
    async (name) => {
      for (const rule of allRules) {
        const one = of(name, rule);
        const isHeld = rule === 'cluster-wins' && !one.store.keepsHistory;
        if (rule === 'hold' || isHeld) await expectResolved(one);
        else expect(await settled(one)).toMatchObject({ differing: [] });
      }
    },
  );

  it('loses answers, also to writes, and refuses calls with 429 and 503', async ({ annotate }) => {
    const given = [...started].map(([name, { fates }]) => ({ name, ...fates.given }));
    await annotate(JSON.stringify(given));
    const spared = [...started].filter(([, { fates }]) => !fates.hasDisturbed);
    expect(spared.map(([name]) => name)).toEqual([]);
    expect(given.reduce((sum, { lostWrites }) => sum + lostWrites, 0)).toBeGreaterThan(0);
  });

  it.concurrent('then writes nothing on either side', { timeout: CHECK_MS_MAX }, async () => {
    const look = async () => ({
      states: await Promise.all([...written.values()].map(settled)),
      writes: [...started].map(([name, { fates }]) => [name, fates.writes]),
    });
    const before = await look();
    await pause(IDLE_MS);
    expect(await look()).toEqual(before);
  });

  it.concurrent.for(group)(
    'keeps every acknowledged value of %s and of the cluster',
    { timeout: CHECK_MS_MAX },
    async (name) => {
      for (const rule of allRules) await expectHistories(of(name, rule));
    },
  );
});

describe('the clocks of both replicas', () => {
  it('are five minutes apart', async () => {
    const [right, wrong] = await Promise.all([world.timeOf(0), world.timeOf(1)]);
    expect(Math.abs(right - Date.now())).toBeLessThan(SKEW_MS_MIN);
    expect(Math.abs(wrong - Date.now())).toBeGreaterThan(SKEW_MS_MIN);
  });
});
