import { expect, it } from 'vitest';
import { SupervisedThread } from '../../../../src/platform/threads/supervised-thread.js';
import { threadModule } from './threads.builder.js';

function supervised(source: string) {
  const messages: unknown[] = [];
  const deaths: string[] = [];
  const thread = new SupervisedThread({
    url: threadModule(source),
    data: {},
    onMessage: (message) => messages.push(message),
    onDeath: (reason) => deaths.push(reason),
  });
  return { thread, messages, deaths };
}

it('a thread that dies is reported, and started again', async () => {
  const { thread, messages, deaths } = supervised(`
    parentPort.postMessage("begun");
    parentPort.once("message", () => { throw new Error("broken"); });`);
  thread.start();
  await expect.poll(() => messages).toEqual(['begun']);
  thread.post('now');
  await expect.poll(() => messages, { timeout: 5_000 }).toEqual(['begun', 'begun']);
  expect(deaths).toEqual(['broken']);
  await thread.stop(0);
});

it('a second start changes nothing, and nothing starts after a stop', async () => {
  const { thread, messages, deaths } = supervised(`
    parentPort.postMessage("begun");
    parentPort.once("message", () => parentPort.close());`);
  thread.start();
  thread.start();
  await expect.poll(() => messages).toEqual(['begun']);
  await thread.stop(5_000);
  thread.start();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([messages, deaths, thread.isStopping]).toEqual([['begun'], [], true]);
});
