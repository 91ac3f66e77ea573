import { expect, it, vi } from 'vitest';
import { type WriteCall, readBeforePatch } from '../../../../src/secrets/write/write-call.js';
import { storedSecret } from '../domain/secret.builder.js';

const cached = storedSecret({ resourceVersion: '7' });
const live = storedSecret({ resourceVersion: '8' });

it.each([
  ['the cache, if the body names no state', {}, cached],
  ['the cache, if the body names its state', { resourceVersion: '7' }, cached],
  ['the cluster, if the body names another state', { resourceVersion: '8' }, live],
])('the state before a patch is that of %s', async (_name, preconditions, expected) => {
  const call = {
    options: { dryRun: false },
    trace: {},
    cache: { view: vi.fn(() => Promise.resolve(new Map([[cached.name, cached]]))) },
    documents: { read: () => cached },
    served: { isServed: () => true },
    store: { get: () => Promise.resolve(live) },
  } as unknown as WriteCall; // what the function uses of a call
  expect(await readBeforePatch(call, cached, preconditions)).toBe(expected);
});
