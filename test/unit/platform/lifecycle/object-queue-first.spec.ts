import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { ObjectQueue, type QueuedObject } from '../../../../src/platform/lifecycle/object-queue.js';

const item = (uid: string): QueuedObject => ({ uid, namespace: 'shop', name: uid });
const looks: string[] = [];
let failures = 0;

const queue = new ObjectQueue({
  async work({ uid }) {
    looks.push(uid);
    await pause(1);
    if (uid === 'ended' && failures > 0) {
      failures -= 1;
      throw new Error('not now');
    }
    return 'done';
  },
  onFault: () => undefined,
});

afterEach(async () => {
  await queue.close();
  looks.length = 0;
  failures = 0;
});

it('an import that is noted waits until those that come first have succeeded', async () => {
  failures = 1;
  queue.open([item('ended')]);
  queue.note(item('other'));
  await pause(50);
  expect(looks).toEqual(['ended']);
  await expect.poll(() => queue.isFirstDone).toBe(true);
  await expect.poll(() => looks).toEqual(['ended', 'ended', 'other']);
});

it('all imports begin once nothing comes first any more', async () => {
  failures = 100;
  queue.open([item('ended')]);
  queue.note(item('other'));
  queue.endFirst();
  await expect.poll(() => looks).toEqual(['ended', 'other']);
});

it('nothing is looked at before the queue is open, nor after it is closed', async () => {
  queue.note(item('early'));
  queue.open([]);
  await queue.close();
  queue.note(item('late'));
  expect(queue.size).toBe(0);
  expect(looks).toEqual([]);
});
