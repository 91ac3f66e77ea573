import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { ClusterStoreWatch } from '../../../src/kubernetes/cluster-store-watch.js';
import type { KubeObject } from '../../../src/kubernetes/kube-exchange.js';
import { StoreRegistry } from '../../../src/sync/domain/external-stores.js';
import { allow, openbao } from '../sync/domain/sync.builder.js';

let list: PromiseWithResolvers<KubeObject>;
let path: readonly string[];
let states: (readonly [string, boolean, string | undefined])[];
let changes: (event: object) => void;
let known: StoreRegistry;
let watch: ClusterStoreWatch;

beforeEach(() => {
  list = Promise.withResolvers<KubeObject>();
  // A test may end before anything is listed.
  list.promise.catch(() => undefined);
  states = [];
  known = new StoreRegistry();
  watch = new ClusterStoreWatch(known, {
    self: {
      clusterResources: (given) => {
        path = given;
        return {
          name: 'externalstores',
          list: () => list.promise,
          watch: async (_query, signal) => told(signal),
        };
      },
    },
    logger: {
      watchChanged: (...state) => void states.push(state as never),
      fault: () => undefined,
    },
  });
  watch.start();
});
afterEach(async () => {
  list.resolve(listOf());
  await watch.stop();
});

/** Events that a test tells, until the signal aborts. */
async function* told(signal: AbortSignal): AsyncGenerator<Buffer> {
  while (!signal.aborted) {
    const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
    changes = (event) => resolve(Buffer.from(`${JSON.stringify(event)}\n`));
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    const chunk = await promise;
    if (chunk !== undefined) yield chunk;
  }
}

const listOf = (...items: object[]): KubeObject => ({ metadata: { resourceVersion: '1' }, items });
const store = (metadata: object = {}, spec: object = { openbao, allow }) => ({
  metadata: { name: 'bao', uid: 'a', generation: 1, resourceVersion: '1', ...metadata },
  spec,
});

describe('the watch of stores', () => {
  it('knows all stores once they are listed, and then each change', async () => {
    expect(path).toEqual(['apis', 'sallyport.dev', 'v1alpha1', 'externalstores']);
    expect(watch.isLoaded).toBe(false);
    list.resolve(listOf(store()));
    await vi.waitFor(() => expect(watch.isLoaded).toBe(true));
    expect(known.named('bao')?.spec?.allow).toEqual(allow);
    await vi.waitFor(() => expect(changes).toBeDefined());
    const other = store({ generation: 2, resourceVersion: '2' }, { openbao });
    changes({ type: 'MODIFIED', object: other });
    await vi.waitFor(() => expect(known.named('bao')?.spec?.allow).toEqual([]));
    changes({ type: 'DELETED', object: { ...other } });
    await vi.waitFor(() => expect(known.named('bao')).toBeUndefined());
  });

  it('knows that there are none if the cluster does not define the kind', async () => {
    list.reject(new SallyportError('NotFound', 'no such resource'));
    await vi.waitFor(() => expect(watch.isLoaded).toBe(true));
    expect(known.all).toEqual([]);
  });

  it('does not know them without the right to list them', async () => {
    list.reject(new SallyportError('Forbidden', 'no right'));
    await vi.waitFor(() => expect(states).toContainEqual(['externalstores', false, 'Forbidden']));
    expect(watch.isLoaded).toBe(false);
  });
});
