import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { withoutSignals } from '../../../../src/cli/signals/without-signals.js';
import { ReceivedSignals } from '../../../../src/cli/signals/received-signals.js';

const SETTLED_MS = 50;
const others: ReceivedSignals[] = [];
afterEach(() => {
  for (const other of others.splice(0)) other.end();
});

function listen(): string[] {
  const received: string[] = [];
  others.push(new ReceivedSignals(['SIGHUP'], (signal) => received.push(signal)));
  return received;
}

/** Sends the signal to this process, and waits until its listeners have it. */
async function interrupted(): Promise<void> {
  process.kill(process.pid, 'SIGHUP');
  await delay(SETTLED_MS);
}

it('a signal that another part of the program handles is received once', async () => {
  const received = listen();
  await withoutSignals(interrupted);
  await delay(SETTLED_MS);
  expect(received).toEqual(['SIGHUP']);
});

it('a signal that another part has handled is not sent again after that part has ended', async () => {
  const received = listen();
  await withoutSignals(async () => {
    await interrupted();
    others.splice(0)[0]?.end();
  });
  // Without a listener, a second one would end this process.
  await delay(SETTLED_MS);
  expect(received).toEqual(['SIGHUP']);
});

it('a signal that nobody handles takes effect after the last of several works, once', async () => {
  const received: string[][] = [];
  const last = withoutSignals(async () => {
    await delay(3 * SETTLED_MS);
    received.push(listen());
  });
  await withoutSignals(interrupted);
  await last;
  await delay(SETTLED_MS);
  expect(received).toEqual([['SIGHUP']]);
});
