import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backgroundLimits } from '../../../../src/core/background-limits.js';
import {
  ObjectQueue,
  type Looked,
  type QueuedObject,
} from '../../../../src/platform/lifecycle/object-queue.js';

const { looksAtOnceMax, looksAtOncePerNamespaceMax, lookRetryMsMin, lookRetryMsMax } =
  backgroundLimits;

interface Look {
  readonly uid: string;
  readonly end: (result: Looked | Error) => void;
}

/** Looks that have begun and not ended. */
let looks: Look[];
/** Uids of all looks, in their order. */
let begun: string[];
let faults: unknown[];
let queue: ObjectQueue;

beforeEach(() => {
  vi.useFakeTimers();
  looks = [];
  begun = [];
  faults = [];
  const work = ({ uid }: QueuedObject) => {
    begun.push(uid);
    const { promise, resolve, reject } = Promise.withResolvers<Looked>();
    const end = (result: Looked | Error): void => {
      looks = looks.filter((one) => one !== look);
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    const look = { uid, end };
    looks.push(look);
    return promise;
  };
  queue = new ObjectQueue({ work, onFault: (error) => faults.push(error) });
  queue.open([]);
});
afterEach(() => {
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error('a timer is left');
});

const item = (uid: string, namespace = 'shop'): QueuedObject => ({ uid, namespace, name: uid });
const settled = () => vi.advanceTimersByTimeAsync(0);

async function end(uid: string, result: Looked | Error = 'done'): Promise<void> {
  const look = looks.find((one) => one.uid === uid);
  expect(look).toBeDefined();
  look?.end(result);
  await settled();
}

describe('an import', () => {
  it('is looked at once, however often it is noted before', async () => {
    for (let count = 0; count < looksAtOncePerNamespaceMax; count += 1)
      queue.note(item(`${count}`));
    for (let count = 0; count < 5; count += 1) queue.note(item('late'));
    await end('0');
    expect(begun.filter((uid) => uid === 'late')).toEqual(['late']);
    for (const { uid } of [...looks]) await end(uid);
    expect([begun.length, queue.size]).toEqual([looksAtOncePerNamespaceMax + 1, 0]);
  });

  it('that is noted during its look is looked at again, once and not concurrently', async () => {
    queue.note(item('a'));
    queue.note(item('a'));
    queue.note(item('a'));
    expect(begun).toEqual(['a']);
    await end('a');
    expect(begun).toEqual(['a', 'a']);
    await end('a');
    expect([begun.length, queue.size]).toEqual([2, 0]);
  });

  it('that is noted during a look that fails is looked at at once', async () => {
    queue.note(item('a'));
    queue.note(item('a'));
    await end('a', new Error('first'));
    expect(begun).toEqual(['a', 'a']);
    await end('a');
    await vi.advanceTimersByTimeAsync(lookRetryMsMax);
    expect(begun).toEqual(['a', 'a']);
  });
});

describe('concurrent looks', () => {
  it('are limited, and many imports of one namespace do not delay those of others', async () => {
    for (let count = 0; count < 1_000; count += 1) queue.note(item(`many-${count}`));
    expect(looks).toHaveLength(looksAtOncePerNamespaceMax);
    queue.note(item('other', 'web'));
    expect(begun.at(-1)).toBe('other');
    for (let count = 0; count < 100; count += 1) queue.note(item(`${count}`, `ns-${count}`));
    expect(looks).toHaveLength(looksAtOnceMax);
    // Each namespace gets its look after those that were noted before.
    for (let count = 0; count < 100; count += 1) await end(looks[0]?.uid ?? '');
    const namespaces = begun.filter((uid) => !uid.startsWith('many-'));
    expect(namespaces.length).toBeGreaterThan(25);
    for (const { uid } of [...looks]) await end(uid);
    await queueEnd();
  });

  it('end in the order of their notes in a namespace', async () => {
    for (let count = 0; count < 10; count += 1) queue.note(item(`${count}`));
    for (let count = 0; count < 10; count += 1) await end(`${count}`);
    expect(begun).toEqual(Array.from({ length: 10 }, (_, index) => `${index}`));
  });

  it('leave room after failures', async () => {
    for (let count = 0; count < 10; count += 1) queue.note(item(`${count}`));
    for (let count = 0; count < 10; count += 1) await end(`${count}`, new Error('failed'));
    expect(begun).toHaveLength(10);
    await queueEnd();
  });
});

describe('a look that fails', () => {
  it('is repeated after pauses that grow to a bound', async () => {
    queue.note(item('a'));
    const pauses: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      await end('a', new Error(`failure ${count}`));
      const failedMs = Date.now();
      await vi.advanceTimersToNextTimerAsync();
      pauses.push(Date.now() - failedMs);
      expect(begun).toHaveLength(count + 2);
    }
    expect(pauses.slice(0, 3)).toEqual([lookRetryMsMin, lookRetryMsMin * 2, lookRetryMsMin * 4]);
    expect(pauses.slice(-3)).toEqual([lookRetryMsMax, lookRetryMsMax, lookRetryMsMax]);
    // The first failures come within the pause between two reports.
    expect(faults).toHaveLength(9);
    await end('a');
  });

  it('has the shortest pause again after a success', async () => {
    queue.note(item('a'));
    await end('a', new Error('first'));
    await vi.advanceTimersByTimeAsync(lookRetryMsMin);
    await end('a', new Error('second'));
    await vi.advanceTimersByTimeAsync(lookRetryMsMin * 2);
    await end('a');
    queue.note(item('a'));
    await end('a', new Error('third'));
    await vi.advanceTimersByTimeAsync(lookRetryMsMin);
    expect(begun).toHaveLength(5);
    await end('a');
  });

  it('is repeated in the same way if it says so, and is no fault', async () => {
    queue.note(item('a'));
    for (const pauseMs of [lookRetryMsMin, lookRetryMsMin * 2, lookRetryMsMin * 4]) {
      await end('a', 'repeat');
      const endedMs = Date.now();
      await vi.advanceTimersToNextTimerAsync();
      expect(Date.now() - endedMs).toBe(pauseMs);
    }
    await end('a');
    expect([begun, faults]).toEqual([['a', 'a', 'a', 'a'], []]);
  });

  it('is not repeated in addition to a look because of a note', async () => {
    queue.note(item('a'));
    await end('a', new Error('first'));
    queue.note(item('a'));
    await end('a');
    await vi.advanceTimersByTimeAsync(lookRetryMsMax);
    expect(begun).toEqual(['a', 'a']);
  });
});

describe('a queue that is closed', () => {
  it('waits for its looks, and begins none', async () => {
    for (let count = 0; count < 10; count += 1) queue.note(item(`${count}`));
    let isClosed = false;
    const closing = queue.close().then(() => (isClosed = true));
    queue.note(item('late', 'web'));
    await end('0');
    await end('1', new Error('failed'));
    expect(isClosed).toBe(false);
    await end('2');
    await end('3');
    await closing;
    await vi.advanceTimersByTimeAsync(lookRetryMsMax);
    expect([begun.length, queue.size]).toEqual([looksAtOncePerNamespaceMax, 0]);
  });

  it('forgets failures', async () => {
    queue.note(item('a'));
    await end('a', new Error('failed'));
    await queue.close();
    expect(vi.getTimerCount()).toBe(0);
    queue.open([]);
    await vi.advanceTimersByTimeAsync(lookRetryMsMax);
    expect(begun).toEqual(['a']);
  });

  it('works again after it was opened again, with all its room', async () => {
    for (let count = 0; count < 10; count += 1) queue.note(item(`${count}`));
    const closing = queue.close();
    for (const { uid } of [...looks]) await end(uid);
    await closing;
    queue.open([]);
    for (let count = 0; count < 10; count += 1) queue.note(item(`again-${count}`));
    expect(looks).toHaveLength(looksAtOncePerNamespaceMax);
    await queueEnd();
  });
});

/** Closes the queue, and ends all looks. */
async function queueEnd(): Promise<void> {
  const closing = queue.close();
  for (const { uid } of [...looks]) await end(uid);
  await closing;
}
