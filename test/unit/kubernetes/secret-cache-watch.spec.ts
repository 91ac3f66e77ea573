import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import type { Collection } from '../../../src/kubernetes/reflector/collection.js';
import { SecretCacheWatch } from '../../../src/kubernetes/secret-cache-watch.js';
import type { CacheSink } from '../../../src/secrets/domain/cache/cache-sink.js';

const sink = (told: string[]): CacheSink => ({
  page: () => undefined,
  listed: (_name, version, askedAtMs = Infinity) => {
    told.push(`listed ${version}${askedAtMs <= performance.now() ? '' : ' too late'}`);
  },
  stored: () => undefined,
  removed: () => undefined,
  reached: () => undefined,
  turned: () => undefined,
  ended: (name) => void told.push(`ended ${name}`),
});

/** Lists nothing, under a version that ascends, and watches in silence. */
function emptyCollection(lists: { count: number }): Collection {
  return {
    name: 'secrets',
    list: async () => {
      lists.count += 1;
      return { metadata: { resourceVersion: String(lists.count) }, items: [] };
    },
    watch: async (_query, signal) => silentUntil(signal),
  };
}

async function* silentUntil(signal: AbortSignal): AsyncGenerator<Buffer> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  yield Buffer.from('');
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('lists a namespace that was too large anew after a pause, and then goes on', async () => {
  const told: string[] = [];
  const facts = { uid: 'uid-of-pay', resourceVersion: '1', createdAt: '', annotations: {} };
  const lists = { count: 0 };
  const bounds: unknown[] = [];
  const watch = new SecretCacheWatch({
    broker: {
      collection: (settings) => {
        bounds.push(settings.pageBytesMax);
        return emptyCollection(lists);
      },
    },
    namespaces: { all: new Map([['pay', facts]]), onChange: () => undefined },
    isFollowed: () => true,
    isClusterWide: false,
    record: () => Promise.resolve(),
    onState: () => undefined,
    onFault: () => undefined,
  });
  watch.start(sink(told));
  await vi.waitFor(() => expect(told).toEqual(['listed 1']));
  watch.tooLarge('pay');
  await vi.advanceTimersByTimeAsync(limits.cacheTooLargePauseMs - 1);
  expect(told).toEqual(['listed 1']);
  await vi.advanceTimersByTimeAsync(1);
  await vi.waitFor(() => expect(told).toEqual(['listed 1', 'ended pay', 'listed 2']));
  watch.tooLarge('pay');
  await watch.stop();
  await vi.advanceTimersByTimeAsync(limits.cacheTooLargePauseMs);
  expect([lists.count, told.at(-1)]).toEqual([2, 'ended pay']);
  expect(new Set(bounds)).toEqual(new Set([limits.cachePageBytesMax]));
});
