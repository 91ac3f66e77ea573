import { afterEach, expect, it, vi } from 'vitest';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { schemaLimits } from '../../../src/core/schema-limits.js';
import type { KubeObject } from '../../../src/kubernetes/kube-exchange.js';
import { SchemaWatch } from '../../../src/kubernetes/schema-watch.js';
import { SchemaRegistry } from '../../../src/schemas/domain/schema-registry.js';

const lists = new Map<string, PromiseWithResolvers<KubeObject>>();
let registry: SchemaRegistry;
let watch: SchemaWatch | undefined;

afterEach(async () => {
  vi.useRealTimers();
  for (const list of lists.values()) list.resolve(listOf());
  lists.clear();
  await watch?.stop();
});

/** Lists when the test says so, and watches in silence. */
function started(): SchemaWatch {
  registry = new SchemaRegistry();
  watch = new SchemaWatch({
    registry,
    self: {
      clusterResources: (path) => {
        const name = path.at(-1) ?? '';
        lists.set(name, Promise.withResolvers<KubeObject>());
        return {
          name,
          list: () => lists.get(name)?.promise ?? Promise.resolve(listOf()),
          watch: async (_query, signal) => silentUntil(signal),
        };
      },
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

const listOf = (...items: object[]): KubeObject => ({ metadata: { resourceVersion: '1' }, items });
const schema = (metadata: object) => ({
  metadata: { name: 'login', generation: 1, resourceVersion: '1', ...metadata },
  spec: { appliesTo: { label: 'login' }, mode: 'enforce' },
});

it('knows the schemas when those of the cluster and those of all namespaces are listed', async () => {
  const loaded = started().loaded();
  let isLoaded = false;
  void loaded.then(() => (isLoaded = true));
  lists.get('secretschemas')?.resolve(listOf(schema({ uid: 'a' })));
  await vi.waitFor(() => expect(registry.of('')).toHaveLength(1));
  expect(isLoaded).toBe(false);
  lists.get('localsecretschemas')?.resolve(listOf(schema({ uid: 'b', namespace: 'shop' })));
  await loaded;
  expect(registry.of('shop')).toHaveLength(1);
  expect(registry.of('')).toHaveLength(1);
});

it('names the kind that cannot be listed', async () => {
  vi.useFakeTimers();
  const one = started();
  lists.get('secretschemas')?.resolve(listOf());
  await vi.advanceTimersByTimeAsync(0);
  const refused = expect(one.loaded()).rejects.toMatchObject({
    code: 'Unavailable',
    internal: 'localsecretschemas cannot be listed: apply deploy/crds and deploy/rbac',
  });
  await vi.advanceTimersByTimeAsync(schemaLimits.loadMsMax);
  await refused;
});

it('waits for no kind that the cluster does not define', async () => {
  const one = started();
  lists.get('secretschemas')?.resolve(listOf());
  lists.get('localsecretschemas')?.reject(new SallyportError('NotFound', 'no such resource'));
  await expect(one.loaded()).resolves.toBeUndefined();
});
