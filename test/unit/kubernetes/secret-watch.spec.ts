import { afterEach, expect, it } from 'vitest';
import { unavailable } from '../../../src/core/errors/sallyport-error.js';
import type { KubeObject } from '../../../src/kubernetes/kube-exchange.js';
import { SecretWatch } from '../../../src/kubernetes/secret-watch.js';
import type { NamespaceFacts } from '../../../src/versions/domain/secret-feed.js';

const empty: KubeObject = { metadata: { resourceVersion: '1' }, items: [] };
const lists: PromiseWithResolvers<KubeObject>[] = [];
const known = new Map<string, NamespaceFacts>();
let changed: () => void;
let watch: SecretWatch | undefined;

afterEach(async () => {
  for (const list of lists.splice(0)) list.resolve(empty);
  await watch?.stop();
});

/** Lists when the test says so, and watches in silence. */
function watchOf({ isClusterWide = false } = {}): SecretWatch {
  known.clear();
  know('pay');
  watch = new SecretWatch({
    broker: {
      collection: () => ({
        name: 'secrets',
        list: () => {
          const list = Promise.withResolvers<KubeObject>();
          lists.push(list);
          return list.promise;
        },
        watch: async (_query, signal) => silentUntil(signal),
      }),
    },
    namespaces: {
      all: known,
      known: (name) => known.get(name),
      onChange: (listener) => void (changed = listener),
    },
    isFollowed: (namespace) => namespace !== 'excluded',
    isClusterWide,
    fieldSelector: undefined,
    sink: { cursor: async () => undefined, take: async () => undefined },
    record: async () => undefined,
    onState: () => undefined,
    onFault: () => undefined,
  });
  return watch;
}

function know(name: string, uid = `uid-of-${name}`): void {
  known.set(name, { uid, resourceVersion: '1', createdAt: '', annotations: {} });
}

async function* silentUntil(signal: AbortSignal): AsyncGenerator<Buffer> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  yield Buffer.from('');
}

const stateOf = (one: SecretWatch, namespace = 'pay') => [
  one.isBeginning(namespace),
  one.isLive(namespace),
  one.lapsed,
];
const [beginning, live] = [
  [true, false, []],
  [false, true, []],
];

it.each([false, true])('begins until it is live (one for all namespaces: %s)', async (all) => {
  const one = watchOf({ isClusterWide: all });
  expect(stateOf(one)).toEqual([false, false, []]);
  one.start();
  expect(stateOf(one)).toEqual(beginning);
  await expect.poll(() => lists.length).toBe(1);
  expect(stateOf(one)).toEqual(beginning);
  lists[0]?.resolve(empty);
  await expect.poll(() => stateOf(one)).toEqual(live);
});

it('does not begin any more once it has failed, also while it is tried again', async () => {
  const one = watchOf();
  one.start();
  await expect.poll(() => lists.length).toBe(1);
  lists[0]?.reject(unavailable('no'));
  await expect.poll(() => stateOf(one)).toEqual([false, false, ['pay']]);
  one.nudge('pay');
  await expect.poll(() => lists.length).toBe(2);
  expect(stateOf(one)).toEqual([false, false, ['pay']]);
  lists[1]?.resolve(empty);
  await expect.poll(() => stateOf(one)).toEqual(live);
});

it('begins for each namespace that appears or is recreated, and for no other', async () => {
  const one = watchOf();
  one.start();
  expect(['excluded', 'new'].map((name) => one.isBeginning(name))).toEqual([false, false]);
  know('excluded');
  know('new');
  changed();
  expect(['excluded', 'new'].map((name) => one.isBeginning(name))).toEqual([false, true]);
  await expect.poll(() => lists.length).toBe(2);
  lists[0]?.reject(unavailable('no'));
  await expect.poll(() => one.isBeginning('pay')).toBe(false);
  know('pay', 'another-uid');
  changed();
  expect(stateOf(one)).toEqual(beginning);
});
