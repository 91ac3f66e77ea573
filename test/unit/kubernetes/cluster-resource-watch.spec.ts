import { afterEach, expect, it, vi } from 'vitest';
import type { CustomResource } from '../../../src/custom-resources/domain/custom-resource.js';
import { ClusterResourceWatch } from '../../../src/kubernetes/cluster-resource-watch.js';
import type { KubeObject } from '../../../src/kubernetes/kube-exchange.js';

let watch: ClusterResourceWatch | undefined;
const put: string[] = [];
const removed: string[] = [];
let listed: (readonly [string, readonly string[]])[] = [];

afterEach(async () => {
  await watch?.stop();
  for (const all of [put, removed]) all.length = 0;
  listed = [];
});

function started(kind: { readonly isClusterScoped?: true }, ...items: object[]) {
  const placeOf = ({ namespace, name, uid }: CustomResource) => `${namespace}/${name} ${uid}`;
  const sink = {
    put: (object: CustomResource) => void put.push(placeOf(object)),
    remove: (object: CustomResource) => void removed.push(placeOf(object)),
    listed: (namespace: string, uids: ReadonlySet<string>) =>
      void listed.push([namespace, [...uids]]),
  };
  const answer: KubeObject = { metadata: { resourceVersion: '1' }, items };
  watch = new ClusterResourceWatch({ kind: 'Thing', resource: 'things', ...kind }, sink, {
    self: {
      clusterResources: () => ({
        name: 'things',
        list: async () => answer,
        watch: async (_query, signal) => silentUntil(signal),
      }),
    },
    logger: { watchChanged: () => undefined, fault: () => undefined },
  });
  watch.start();
  return watch;
}

async function* silentUntil(signal: AbortSignal): AsyncGenerator<Buffer> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  yield Buffer.from('');
}

const thing = (metadata: object) => ({ metadata: { name: 'a', uid: 'u', ...metadata }, spec: {} });

it('hands over what is listed, and says which objects there are', async () => {
  await started({}, thing({ namespace: 'pay' }), thing({ namespace: 'shop', uid: 'v' })).first;
  expect(put).toEqual(['pay/a u', 'shop/a v']);
  expect(listed).toEqual([['', ['u', 'v']]]);
  expect([watch?.isLoaded, watch?.resource]).toEqual([true, 'things']);
});

it('hands over objects of a kind that is in no namespace', async () => {
  await started({ isClusterScoped: true }, thing({})).first;
  expect(put).toEqual(['/a u']);
});

it('knows nothing before the list', async () => {
  const one = started({ isClusterScoped: true });
  expect([one.isLoaded, put]).toEqual([false, []]);
  await vi.waitFor(() => expect(one.isLoaded).toBe(true));
});
