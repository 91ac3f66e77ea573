import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigMapAnchor } from '../../../src/audit/anchors/config-map-anchor.js';
import { KubeAnchorConfigMaps } from '../../../src/audit/anchors/kube-anchor-config-maps.js';
import { AnchorUnread } from '../../../src/audit/anchors/anchor.js';
import type { Acceptance } from '../../../src/audit/log/domain/acceptance.js';
import type { StoredCheckpoint } from '../../../src/audit/log/log-store.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import {
  acceptanceOf,
  forgedNote,
  noteOf,
  verifiers,
} from '../../unit/audit/anchors/domain/notes.js';
import { type Gateway, installGateway } from './support.js';

const ref = { namespace: 'sallyport', name: 'sallyport-audit-anchor' };
const path = `/api/v1/namespaces/${ref.namespace}/configmaps/${ref.name}`;

/** Guarantee: with the rights that are shipped, the named ConfigMap never loses a checkpoint. */
describe('an anchor in a ConfigMap of a real API server', () => {
  let cluster: Cluster;
  let gateway: Gateway;

  beforeAll(async () => {
    cluster = await sharedCluster();
    gateway = await installGateway(cluster);
  }, 900_000);

  afterAll(async () => {
    gateway?.transport.close();
    await cluster?.stop();
  });

  beforeEach(async () => {
    await cluster.kubectl(['-n', ref.namespace, 'delete', 'configmap', ref.name]);
    await cluster.kubectl(['-n', ref.namespace, 'create', 'configmap', ref.name]);
  });

  function anchorAt(name = ref.name): ConfigMapAnchor {
    const place = { ...ref, name };
    return new ConfigMapAnchor(place, new KubeAnchorConfigMaps(gateway.self, place));
  }

  function checkpoint(size: number, root: Uint8Array = Buffer.alloc(32)): StoredCheckpoint {
    return { size, root, note: noteOf(size, root), signedMs: 0 };
  }

  function call(accepted: readonly Acceptance[] = []) {
    const beginsWith = () => Promise.resolve(true);
    const onMoreLost = () => undefined;
    return { signal: AbortSignal.timeout(10_000), accepted, verifiers, beginsWith, onMoreLost };
  }

  it('keeps the newest checkpoint, as a signed note', async () => {
    const anchor = anchorAt();
    expect((await anchor.held(call())).notes).toEqual([]);
    await anchor.put(checkpoint(5), call());
    await anchor.put(checkpoint(9), call());
    expect((await anchor.held(call())).notes).toMatchObject([{ size: 9 }]);
    const text = await cluster.kubectl(['-n', ref.namespace, 'get', 'cm', ref.name, '-o', 'json']);
    expect(JSON.parse(text)).toMatchObject({ data: { checkpoint: noteOf(9) } });
  });

  it('never has a larger one replaced by a smaller one, nor one by another of its size', async () => {
    const anchor = anchorAt();
    await anchor.put(checkpoint(9), call());
    await expect(anchor.put(checkpoint(5), call())).rejects.toThrow('9 entries');
    await expect(anchor.put(checkpoint(9, Buffer.alloc(32, 1)), call())).rejects.toThrow(
      '9 entries',
    );
    await anchor.put(checkpoint(9), call());
    expect((await anchor.held(call())).notes).toMatchObject([{ size: 9 }]);
  });

  it('has one replaced whose loss was accepted', async () => {
    const anchor = anchorAt();
    await anchor.put(checkpoint(9), call());
    const accepted = [acceptanceOf({ size: 9, root: Buffer.alloc(32) })];
    expect((await anchor.held(call(accepted))).notes).toEqual([]);
    const branch = 'a'.repeat(64);
    const note = noteOf(5, undefined, { branch });
    await anchor.put({ ...checkpoint(5), note }, call(accepted));
    expect((await anchor.held(call(accepted))).notes).toMatchObject([{ size: 5, branch }]);
  });

  it('has the largest in the end where many write at once', async () => {
    const sizes = Array.from({ length: 8 }, (_, at) => at + 1);
    const fates = await Promise.allSettled(
      sizes.map((size) => anchorAt().put(checkpoint(size), call())),
    );
    const put = sizes.filter((_, at) => fates[at]?.status === 'fulfilled');
    expect(put.length).toBeGreaterThan(0);
    expect((await anchorAt().held(call())).notes).toMatchObject([{ size: Math.max(...put) }]);
  });

  it('leaves what others have put there', async () => {
    await cluster.kubectl([
      '-n',
      ref.namespace,
      'patch',
      'cm',
      ref.name,
      '-p',
      '{"data":{"note":"ours"}}',
    ]);
    await anchorAt().put(checkpoint(5), call());
    expect((await cluster.request('GET', path)).body).toMatchObject({ data: { note: 'ours' } });
  });

  it.each([
    ['anything', () => 'nonsense'],
    ['a checkpoint that no key of the log has signed', () => forgedNote(12)],
    ['as much as a ConfigMap may hold', () => noteOf(12) + '\n'.repeat(900_000)],
    ['a checkpoint with more beside it', () => `${noteOf(12)}— other AAAAAAAA\n`],
  ])('has %s left as it is, as a place that cannot be read', async (_what, text) => {
    const data = { checkpoint: text(), other: 'x'.repeat(10_000) };
    const { namespace, name } = ref;
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data };
    expect((await cluster.request('PUT', path, map)).status).toBe(200);
    await expect(anchorAt().held(call())).rejects.toThrow(AnchorUnread);
    await expect(anchorAt().put(checkpoint(20), call())).rejects.toThrow(AnchorUnread);
    expect((await cluster.request('GET', path)).body).toMatchObject({ data });
  });

  it('says where there is none, and where the gateway may not use it', async () => {
    await cluster.kubectl(['-n', ref.namespace, 'delete', 'configmap', ref.name]);
    await expect(anchorAt().put(checkpoint(5), call())).rejects.toThrow('no such ConfigMap');
    await expect(anchorAt('other').put(checkpoint(5), call())).rejects.toThrow('may not');
    await cluster.kubectl(['-n', ref.namespace, 'create', 'configmap', ref.name]);
  });
});
