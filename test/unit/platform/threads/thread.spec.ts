import { expect, it } from 'vitest';
import { Thread } from '../../../../src/platform/threads/thread.js';
import { threadModule } from './threads.builder.js';

function started(source: string, data: object = {}) {
  const messages: unknown[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<string | undefined>();
  const thread = new Thread(threadModule(source), data, {
    onMessage: (message) => messages.push(message),
    onEnd: resolve,
  });
  return { thread, messages, ended };
}

it('a thread has its data, and answers what is posted to it', async () => {
  const source = `parentPort.on("message", (message) => {
    if (message === "close") return parentPort.close();
    parentPort.postMessage([workerData.name, message]);
  });`;
  const { thread, messages, ended } = started(source, { name: 'one' });
  thread.post('two');
  await expect.poll(() => messages).toEqual([['one', 'two']]);
  await thread.close(5_000);
  await expect(ended).resolves.toBeUndefined();
});

it('an error that ends a thread is named once', async () => {
  const { ended } = started('throw new Error("no such table");');
  await expect(ended).resolves.toBe('no such table');
});

it('a thread that does not close is ended after the given time', async () => {
  const { thread, ended } = started('setInterval(() => {}, 1_000);');
  await thread.close(50);
  await expect(ended).resolves.toBeUndefined();
});

it('closing a thread that has ended returns', async () => {
  const { thread, ended } = started('');
  await ended;
  await thread.close(60_000);
});
