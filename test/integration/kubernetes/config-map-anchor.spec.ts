import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigMapAnchor } from '../../../src/audit/anchors/config-map-anchor.js';
import { KubeAnchorConfigMaps } from '../../../src/audit/anchors/kube-anchor-config-maps.js';
import type { AnchoredTree } from '../../../src/audit/anchors/domain/anchored-tree.js';
import type { StoredCheckpoint } from '../../../src/audit/log/log-store.js';
import { type Cluster, startCluster } from '../../cluster/cluster.js';
import { noteOf } from '../../unit/audit/anchors/domain/notes.js';
import { type Gateway, installGateway } from './support.js';

const ref = { namespace: 'sallyport', name: 'sallyport-audit-anchor' };
const path = `/api/v1/namespaces/${ref.namespace}/configmaps/${ref.name}`;

/** Guarantee: with the rights that are shipped, the named ConfigMap never loses a checkpoint. */
describe('an anchor in a ConfigMap of a real API server', () => {
  let cluster: Cluster;
  let gateway: Gateway;

  beforeAll(async () => {
    cluster = await startCluster();
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

  function call(accepted: readonly AnchoredTree[] = []) {
    const beginsWith = () => Promise.resolve(true);
    return { signal: AbortSignal.timeout(10_000), accepted, beginsWith };
  }

  it('keeps the newest checkpoint, as a signed note', async () => {
    const anchor = anchorAt();
    expect(await anchor.held(call())).toEqual([]);
    await anchor.put(checkpoint(5), call());
    await anchor.put(checkpoint(9), call());
    expect(await anchor.held(call())).toMatchObject([{ size: 9 }]);
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
    expect(await anchor.held(call())).toMatchObject([{ size: 9 }]);
  });

  it('has one replaced whose loss was accepted', async () => {
    const anchor = anchorAt();
    await anchor.put(checkpoint(9), call());
    const accepted = [{ size: 9, root: Buffer.alloc(32) }];
    expect(await anchor.held(call(accepted))).toEqual([]);
    await anchor.put(checkpoint(5), call(accepted));
    expect(await anchor.held(call(accepted))).toMatchObject([{ size: 5 }]);
  });

  it('has the largest in the end where many write at once', async () => {
    const sizes = Array.from({ length: 8 }, (_, at) => at + 1);
    const fates = await Promise.allSettled(
      sizes.map((size) => anchorAt().put(checkpoint(size), call())),
    );
    const put = sizes.filter((_, at) => fates[at]?.status === 'fulfilled');
    expect(put.length).toBeGreaterThan(0);
    expect(await anchorAt().held(call())).toMatchObject([{ size: Math.max(...put) }]);
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

  it('says where there is none, and where the gateway may not use it', async () => {
    await cluster.kubectl(['-n', ref.namespace, 'delete', 'configmap', ref.name]);
    await expect(anchorAt().put(checkpoint(5), call())).rejects.toThrow('no such ConfigMap');
    await expect(anchorAt('other').put(checkpoint(5), call())).rejects.toThrow('may not');
    await cluster.kubectl(['-n', ref.namespace, 'create', 'configmap', ref.name]);
  });
});
