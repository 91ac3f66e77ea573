import { afterEach, describe, expect, it } from 'vitest';
import { StorageError } from '../../../../src/platform/storage/storage-error.js';
import { CaptureQueue, type Entry } from '../../../../src/versions/capture/capture-queue.js';
import { GatewayWrites } from '../../../../src/versions/capture/gateway-writes.js';
import { Recorder } from '../../../../src/versions/capture/recorder.js';
import { callContext } from '../../audit/audit-builders.js';

const stream = { name: 'secrets/*', namespaceUid: '' };

function entry(name: string, resourceVersion: string): Entry {
  const secret = {
    ...{ namespace: 'pay', name, uid: `u-${name}`, resourceVersion, type: 'Opaque' },
    ...{ immutable: false, labels: {}, annotations: {}, ownerReferences: [], finalizers: [] },
    ...{ data: new Map(), createdAt: '', updatedAt: undefined, writtenHereAt: undefined },
  };
  const state = { secret, namespaceUid: 'n', fieldManager: undefined };
  const arrivedMs = performance.now();
  return { stream, kind: 'state', state, resourceVersion, isListed: false, arrivedMs };
}

describe('the recorder', () => {
  const written: string[] = [];
  const cursors: string[] = [];
  const faults: unknown[] = [];
  let failure: ((batch: readonly Entry[]) => Error | undefined) | undefined;
  let recorder: Recorder | undefined;

  function begin() {
    for (const list of [written, cursors, faults]) list.length = 0;
    const queue = new CaptureQueue();
    const own = new GatewayWrites(() => queue.wake());
    recorder = new Recorder({
      ...{ queue, own },
      writer: {
        write: async (batch) => {
          const error = failure?.(batch);
          if (error !== undefined) throw error;
          written.push(...batch.map(({ state }) => state?.secret.name ?? ''));
        },
      },
      store: { setWatchCursor: async (place) => void cursors.push(place.resourceVersion) },
      requireRoom: () => undefined,
      onFault: (error) => void faults.push(error),
    });
    recorder.start();
    return { queue, own, recorder };
  }

  afterEach(async () => {
    failure = undefined;
    await recorder?.stop();
  });

  it('loses nothing while the database is away, and says why nothing is recorded', async () => {
    failure = () => new StorageError('the database is away');
    const { queue, recorder: running } = begin();
    await queue.add(entry('a', '1'));
    await queue.add(entry('b', '2'));
    await expect.poll(() => running.problem).toBe('the database is away');
    expect([written, cursors]).toEqual([[], []]);
    failure = undefined;
    await expect.poll(() => written).toEqual(['a', 'b']);
    expect(running.problem).toBeUndefined();
    await running.stop();
    expect(cursors.at(-1)).toBe('2');
  });

  it('leaves out the one that can never be recorded, and reports it', async () => {
    failure = (batch) =>
      batch.some(({ state }) => state?.secret.name === 'bad') ? new TypeError('bad') : undefined;
    const { queue, recorder: running } = begin();
    for (const name of ['a', 'bad', 'b']) await queue.add(entry(name, '1'));
    await expect.poll(() => written).toEqual(['a', 'b']);
    expect(faults).toEqual([new TypeError('bad')]);
    expect(running.problem).toBeUndefined();
  });

  it('lets a state wait for the write that led to it, and no other', async () => {
    const { queue, own } = begin();
    const write = own.begin(callContext(), { namespace: 'pay', name: 'a' });
    await queue.add(entry('a', '1'));
    await queue.add(entry('b', '2'));
    await expect.poll(() => written).toEqual(['b']);
    write.tell();
    await expect.poll(() => written).toEqual(['b', 'a']);
  });

  it('waits no longer than it may for a write that says nothing', async () => {
    const { queue, own } = begin();
    own.begin(callContext(), { namespace: 'pay', name: 'a' });
    await queue.add(entry('a', '1'));
    await expect.poll(() => written, { timeout: 4_000 }).toEqual(['a']);
  });
});
