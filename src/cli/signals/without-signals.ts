import { setImmediate as nextTurn } from 'node:timers/promises';
import { ReceivedSignals } from './received-signals.js';

const held: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Works of this process that hold signals. */
let works = 0;
let received: NodeJS.Signals | undefined;

/**
 * Runs short work that a signal must not cut. A signal that nobody else in this process handles
 * takes effect after the last such work.
 */
export async function withoutSignals<T>(work: () => Promise<T>): Promise<T> {
  const signals = new ReceivedSignals(held, hold);
  works += 1;
  try {
    return await work();
  } finally {
    // A signal during synchronous work is delivered when the event loop polls, which it does
    // between two turns: an earlier end would lose the signal.
    await nextTurn();
    await nextTurn();
    signals.end();
    works -= 1;
    if (works === 0) release();
  }
}

function hold(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) <= works) received ??= signal;
}

function release(): void {
  const signal = received;
  received = undefined;
  if (signal !== undefined) process.kill(process.pid, signal);
}
