import { expect, it } from 'vitest';
import { OutboundFault } from '../../../../src/platform/outbound/domain/outbound-fault.js';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import type { RemoteWritten } from '../../../../src/sync/domain/remote-store.js';
import { RepeatedWrites } from '../../../../src/sync/stores/repeated-writes.js';
import { MemoryStore, owner } from '../engine/sync-world.js';

const never = new AbortController().signal;
const written = { version: '2', overwritten: ['1'] };

/** Sends a write to a store that answers in this order; returns how often it was sent. */
async function attempts(answers: readonly (Error | RemoteWritten)[], signal = never) {
  const sent: unknown[] = [];
  const inner = new MemoryStore();
  inner.write = async (_name, write) => {
    sent.push(write);
    const answer = answers[sent.length - 1];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
    return answer;
  };
  const write = {
    ...{ values: new Map(), mark: owner, expected: { kind: 'absent' } as const },
    idempotencyToken: 'a'.repeat(64),
  };
  const result = await new RepeatedWrites(inner).write('db', write, signal).catch((error) => error);
  expect(new Set(sent).size).toBe(1);
  return { count: sent.length, result: result as unknown };
}

it.each([
  new OutboundFault('TargetTimeout', 'lost'),
  new OutboundFault('TargetUnreachable', 'lost'),
  new RemoteFault('TargetFailed', 'lost'),
])('repeats the same write after %s, and reports what it has overwritten', async (lost) => {
  expect(await attempts([lost, lost, written])).toEqual({ count: 3, result: written });
});

it.each([
  new OutboundFault('HostNotAllowed', 'no'),
  new OutboundFault('TlsFailed', 'no'),
  new RemoteFault('StoreDenied', 'no').afterWrite(),
  new RemoteFault('StoreChanged', 'no').afterWrite(),
  new RemoteFault('StoreBusy', 'no'),
  new TypeError('a defect'),
])('sends a write once if the failure is %s', async (error) => {
  expect(await attempts([error, written])).toEqual({ count: 1, result: error });
});

it('ends after a bounded number of attempts, or with the time of the caller', async () => {
  const lost = new OutboundFault('TargetTimeout', 'lost');
  expect(await attempts([lost, lost, lost, written])).toEqual({ count: 3, result: lost });
  expect(await attempts([lost, written], AbortSignal.abort())).toEqual({ count: 1, result: lost });
});

it('passes everything else on', async () => {
  const inner = new MemoryStore();
  const store = new RepeatedWrites(inner);
  expect(await store.read('db', never)).toEqual({ kind: 'absent' });
  const change = { former: undefined, mark: owner };
  await expect(store.claim('db', change, never)).rejects.toMatchObject({ reason: 'StoreChanged' });
});

it('counts the calls for change tags as the store makes them', () => {
  const inner = new (class extends MemoryStore {
    override readonly changeTagsMax = 10;
  })();
  const names = Array.from({ length: 95 }, (_, index) => `k8s/pay/db/${index}`);
  expect(new RepeatedWrites(inner).changeTagsCalls(names)).toBe(10);
});
