import { beforeEach, describe, expect, it } from 'vitest';
import { PulledStream } from '../../../src/core/pulled-stream.js';

let calls: string[];
let client: AbortController;
let right: AbortController;
/** Ends the record of the end. */
let recorded: () => void;

beforeEach(() => {
  calls = [];
  client = new AbortController();
  right = new AbortController();
});

function open(): PulledStream {
  const stored = new Promise<void>((resolve) => {
    recorded = resolve;
  });
  return new PulledStream({
    signal: client.signal,
    held: { signal: right.signal, release: () => calls.push('release') },
    waiter: { leave: () => calls.push('leave') },
    onEnd: (reason) => {
      calls.push(reason);
      return stored;
    },
  });
}

describe('a stream from which its reader pulls', () => {
  it('gives what is pulled while it goes on', async () => {
    const stream = open();
    expect(await stream.next(async () => 'event')).toEqual({ done: false, value: 'event' });
    expect(stream.reason).toBeUndefined();
    expect(stream.signal.aborted).toBe(false);
  });

  it.each([
    ['credential', () => client.abort('credential')],
    ['leaving', () => client.abort('leaving')],
    ['client', () => client.abort()],
    ['right', () => right.abort()],
  ])('ends once, for the first reason: %s', (reason, abort) => {
    const stream = open();
    abort();
    stream.end('behind');
    right.abort();
    client.abort();
    expect(calls).toEqual([reason, 'release', 'leave']);
    expect(stream.reason).toBe(reason);
    expect(stream.signal.aborted).toBe(true);
  });

  it('has ended if its client has left before it begins', () => {
    client.abort();
    expect(open().reason).toBe('client');
    expect(calls).toEqual(['client', 'release', 'leave']);
  });

  it('is done only once its end is recorded', async () => {
    const stream = open();
    stream.end('unfollowed');
    let isDone = false;
    const next = stream.next(async () => undefined).finally(() => (isDone = true));
    await new Promise(setImmediate);
    expect(isDone).toBe(false);
    recorded();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('is done once its reader has left and that is recorded', async () => {
    const stream = open();
    const returned = stream.return();
    recorded();
    expect(await returned).toEqual({ done: true, value: undefined });
    expect(calls).toEqual(['client', 'release', 'leave']);
  });

  it('records a failure before its reader receives the error', async () => {
    const stream = open();
    const error = new Error('unexpected');
    const next = stream.next(() => Promise.reject(error));
    const refused = expect(next).rejects.toBe(error);
    await new Promise(setImmediate);
    expect(calls).toEqual(['failed', 'release', 'leave']);
    recorded();
    await refused;
  });
});
