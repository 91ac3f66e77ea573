import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import type { CachedSecret } from '../../../../src/secrets/domain/cache/cached-secret.js';
import type { NamespaceView } from '../../../../src/secrets/domain/cache/secret-cache.js';
import type { StoredSecret } from '../../../../src/secrets/domain/secret.js';
import { CopyTargets } from '../../../../src/shares/copies/copy-targets.js';
import { copyTargetOf } from '../../../../src/shares/copies/domain/copy-target.js';
import { ClusterSecrets } from './cluster-secrets.builder.js';
import { accounts, copyOf, CopyWorld } from './copy-world.js';

const ref = { namespace: 'shop', name: 'pay-db' };

let cluster: ClusterSecrets;
/** State of the watch cache. */
let cached: StoredSecret | undefined;
let targets: CopyTargets;

beforeEach(() => {
  cluster = new ClusterSecrets();
  cached = undefined;
  targets = new CopyTargets({
    store: cluster,
    cache: { view: async () => viewOf(cached) },
    documents: { read: () => cached as StoredSecret },
    accounts,
  });
});

/** A view of one state, or of none. */
function viewOf(secret: StoredSecret | undefined): NamespaceView {
  const state = secret && ({ name: secret.name } as CachedSecret);
  return { get: (name: string) => (name === state?.name ? state : undefined) } as NamespaceView;
}

describe('the recent state of a target', () => {
  it('is that of the watch, without a request', async () => {
    cluster.edit('pay-db', { password: 'old' });
    cached = cluster.stateOf('shop', 'pay-db');
    cluster.edit('pay-db', { password: 'new' });
    expect(await targets.recent('u', ref)).toEqual(copyTargetOf(cached, 'u'));
    expect(cluster.steps).toEqual([]);
  });

  it('is confirmed by the cluster if the watch has none', async () => {
    expect(await targets.recent('u', ref)).toBeUndefined();
    cluster.edit('pay-db', { password: 'new' });
    const { uid } = cluster.stateOf('shop', 'pay-db');
    expect(await targets.recent('u', ref)).toMatchObject({ uid });
    expect(cluster.steps).toEqual(['get as broker', 'get as broker']);
  });
});

it('a target that is absent is undefined, and one that cannot be read is an error', async () => {
  expect(await targets.read('u', ref)).toBeUndefined();
  cluster.before = () => {
    throw unavailable('away');
  };
  await expect(targets.read('u', ref)).rejects.toMatchObject({ code: 'Unavailable' });
});

it('a delivery reads the target in the cluster only after the state of the watch failed', async () => {
  const world = new CopyWorld();
  await world.deliver({ password: 'first' });
  const { steps } = world.cluster;
  world.view = viewOf(world.cluster.stateOf('shop', 'pay-db'));
  expect(await world.deliver({ password: 'second' })).toBe('written');
  expect(steps.slice(-1)).toEqual(['apply as broker']);
  let isChanged = false;
  world.cluster.before = (step) => {
    if (step !== 'apply' || isChanged) return;
    isChanged = true;
    world.cluster.edit('pay-db', { own: 'mine' });
  };
  const count = steps.length;
  expect(await world.deliver({ password: 'third' }, copyOf())).toBe('written');
  expect(steps.slice(count)).toEqual(['apply as broker', 'get as broker', 'apply as broker']);
});

it('a state of the watch is not used for a Secret that another replica has recorded', async () => {
  const world = new CopyWorld();
  await world.deliver({ password: 'first' });
  const old = world.cluster.stateOf('shop', 'pay-db');
  world.cluster.drop('pay-db');
  const repairing = copyOf({ repair: true });
  await world.deliver({ password: 'first' }, repairing);
  [world.view, world.seen] = [viewOf(old), old];
  const count = world.cluster.steps.length;
  expect(await world.deliver({ password: 'second' }, copyOf({ adopt: 'x' }))).toBe('written');
  expect(world.cluster.steps.slice(count)).toEqual(['get as broker', 'apply as broker']);
});
