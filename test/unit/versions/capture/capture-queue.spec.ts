import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { SecretValue } from '../../../../src/core/secret-value.js';
import {
  CaptureEnded,
  CaptureQueue,
  type Entry,
} from '../../../../src/versions/capture/capture-queue.js';

const all = { name: 'secrets/*', namespaceUid: '' };
const other = { name: 'secrets/n', namespaceUid: 'n' };
const nothing = () => false;

function entry(name: string, resourceVersion: string, more: Partial<Entry> = {}): Entry {
  const { bytes = 1, ...rest } = more as Partial<Entry> & { readonly bytes?: number };
  const secret = {
    ...{ namespace: 'pay', name, uid: `u-${name}`, resourceVersion, type: 'Opaque' },
    ...{ immutable: false, labels: {}, annotations: {}, ownerReferences: [], finalizers: [] },
    data: new Map([['a', SecretValue.fromBytes(Buffer.alloc(bytes))]]),
    ...{ createdAt: '', updatedAt: undefined, writtenHereAt: undefined },
  };
  const state = { secret, namespaceUid: 'n', fieldManager: undefined };
  const described = { kind: 'state', state, resourceVersion, isListed: false } as const;
  return { stream: all, arrivedMs: 0, ...described, ...rest };
}

async function queueOf(...entries: readonly Entry[]): Promise<CaptureQueue> {
  const queue = new CaptureQueue();
  for (const one of entries) await queue.add(one);
  return queue;
}

describe('the queue of states', () => {
  it('wakes who takes from it also where that one was busy meanwhile, and once', async () => {
    const queue = await queueOf();
    queue.wake();
    const changed = async (withinMs: number) => {
      const startedAt = performance.now();
      await queue.changed(withinMs);
      return performance.now() - startedAt;
    };
    expect(await changed(5_000)).toBeLessThan(1_000);
    expect(await changed(50)).toBeGreaterThan(40);
    const waiting = changed(5_000);
    queue.wake();
    expect(await waiting).toBeLessThan(1_000);
    expect(await changed(50)).toBeGreaterThan(40);
  });

  it('lets others pass a state that is held, but none of the same Secret', async () => {
    const held = entry('a', '1');
    const [behind, passing] = [entry('a', '2'), entry('b', '3')];
    const queue = await queueOf(held, behind, passing);
    const batch = queue.batch((one) => one === held);
    expect(batch).toEqual([passing]);
    // Its place stays before what is not recorded yet.
    expect([...queue.placesAfter(batch)]).toEqual([]);
    queue.remove(batch);
    expect(queue.batch(nothing)).toEqual([held, behind]);
  });

  it('keeps what comes behind the removal of a Secret for the next batch', async () => {
    const removed = entry('a', '2', { kind: 'removed' });
    const anew = entry('a', '3');
    const queue = await queueOf(entry('a', '1'), removed, anew, entry('b', '4'));
    const batch = queue.batch(nothing);
    expect(batch.map((one) => one.resourceVersion)).toEqual(['1', '2', '4']);
    expect([...queue.placesAfter(batch)]).toEqual([[all, '2']]);
  });

  it('has a place for each stream, which parts of a list leave where it is', async () => {
    const queue = await queueOf(
      entry('a', '7', { resourceVersion: undefined, isListed: true }),
      entry('b', '8', { stream: other }),
      { ...entry('c', '9'), stream: other, kind: 'reached', state: undefined },
    );
    expect([...queue.placesAfter(queue.batch(nothing))]).toEqual([[other, '9']]);
  });

  it.each([
    ['many states', limits.versionQueueStatesMax, 1],
    ['large states', 33, 1024 * 1024],
  ])('holds back who adds while there are %s', async (_, count, bytes) => {
    const queue = new CaptureQueue();
    let added = 0;
    const adding = (async () => {
      for (let index = 0; index <= count; index += 1) {
        await queue.add(entry(`s${index}`, String(index), { bytes } as Partial<Entry>));
        added += 1;
      }
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(added).toBeLessThanOrEqual(count);
    const held = added;
    queue.remove(queue.batch(nothing));
    await new Promise((resolve) => setImmediate(resolve));
    expect(added).toBeGreaterThan(held);
    queue.end();
    await adding.catch((error: unknown) => expect(error).toBeInstanceOf(CaptureEnded));
  });

  it('lets go of everybody when it ends', async () => {
    const queue = await queueOf(entry('a', '1'));
    const waiting = queue.drained(all);
    queue.end();
    await expect(waiting).rejects.toThrow(CaptureEnded);
    await expect(queue.add(entry('b', '2'))).rejects.toThrow(CaptureEnded);
  });
});
