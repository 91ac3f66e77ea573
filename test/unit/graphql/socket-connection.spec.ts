import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { limits } from '../../../src/core/limits.js';
import { SocketConnection } from '../../../src/graphql/socket-connection.js';

/** As much of a WebSocket as a connection uses. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly protocol = 'graphql-transport-ws';
  readonly sent: string[] = [];
  readonly ping = vi.fn();
  readonly pause = vi.fn();
  readonly resume = vi.fn();
  readonly close = vi.fn(() => (this.readyState = 2));
  readonly terminate = vi.fn(() => {
    this.readyState = 3;
    this.emit('close');
  });

  send(text: string): void {
    this.sent.push(text);
  }
}

let socket: FakeSocket;
let tcp: EventEmitter;
let faults: unknown[];
let connection: SocketConnection;

beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeSocket();
  tcp = new EventEmitter();
  faults = [];
  const parts = [socket as unknown as WebSocket, tcp as Socket] as const;
  connection = new SocketConnection(...parts, (error) => faults.push(error));
});
afterEach(() => {
  socket.emit('close');
  vi.useRealTimers();
});

/** Whether it has come to its end by now. */
async function isDone(work: Promise<void>): Promise<boolean> {
  let isOver = false;
  void work.then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(0);
  return isOver;
}

function message(text: string | Buffer, isBinary = false): void {
  socket.emit('message', Buffer.from(text), isBinary);
}

const full = limits.socketBufferedBytesMax + 1;

describe('what is sent', () => {
  it('is no more than its client reads', async () => {
    expect(await isDone(connection.send('a'))).toBe(true);
    socket.bufferedAmount = full;
    const sending = connection.send('b');
    expect(await isDone(sending)).toBe(false);
    socket.bufferedAmount = 0;
    tcp.emit('drain');
    expect(await isDone(sending)).toBe(true);
    expect(socket.sent).toEqual(['a', 'b']);
  });

  it('ends with a client that reads nothing for too long', async () => {
    socket.bufferedAmount = full;
    const sending = connection.send('a');
    await vi.advanceTimersByTimeAsync(limits.streamStalledMsMax);
    expect(socket.terminate).toHaveBeenCalledOnce();
    await sending;
    await connection.send('b');
    expect(socket.sent).toEqual(['a']);
  });

  it('leaves nothing behind once the client reads again', async () => {
    socket.bufferedAmount = full;
    const sending = Promise.all([connection.send('a'), connection.send('b')]);
    socket.bufferedAmount = 0;
    tcp.emit('drain');
    await sending;
    expect(tcp.listenerCount('drain')).toBe(0);
    await vi.advanceTimersByTimeAsync(limits.socketPingMs - 1);
    expect(socket.terminate).not.toHaveBeenCalled();
  });
});

describe('what is read', () => {
  it('is given on, as text', async () => {
    const taken: string[] = [];
    connection.onMessage(async (text) => void taken.push(text));
    message('{"type":"ping"}');
    await vi.advanceTimersByTimeAsync(0);
    expect(taken).toEqual(['{"type":"ping"}']);
  });

  it('waits for a client that does not read the answers', async () => {
    connection.onMessage(async () => undefined);
    socket.bufferedAmount = full;
    socket.emit('ping');
    message('{"type":"ping"}');
    expect(socket.pause).toHaveBeenCalled();
    expect(socket.resume).not.toHaveBeenCalled();
    socket.bufferedAmount = 0;
    tcp.emit('drain');
    await vi.advanceTimersByTimeAsync(0);
    expect(socket.resume).toHaveBeenCalled();
  });

  it.each([
    ['no message', 'hunter2', false],
    ['bytes', '{"type":"ping"}', true],
  ])('closes with 4400 where it is %s', (_name, text, isBinary) => {
    const take = vi.fn();
    connection.onMessage(take);
    message(text, isBinary);
    expect(socket.close).toHaveBeenCalledExactlyOnceWith(4400, 'bad request');
    expect(take).not.toHaveBeenCalled();
  });

  it('closes with 1011 where it cannot be handled, which is told', async () => {
    const fault = new Error('hunter2');
    connection.onMessage(() => Promise.reject(fault));
    message('{"type":"ping"}');
    await vi.advanceTimersByTimeAsync(0);
    expect(socket.close).toHaveBeenCalledExactlyOnceWith(1011, 'internal error');
    expect(faults).toEqual([fault]);
  });
});

describe('a connection', () => {
  it('is closed with the first code, and handles nothing after it', () => {
    const take = vi.fn();
    connection.onMessage(take);
    connection.close(4401);
    connection.close(4403);
    message('{"type":"ping"}');
    expect(socket.close).toHaveBeenCalledExactlyOnceWith(4401, 'unauthorized');
    expect(take).not.toHaveBeenCalled();
  });

  it('is gone where a ping is not answered before the next', async () => {
    await vi.advanceTimersByTimeAsync(limits.socketPingMs);
    socket.emit('pong');
    await vi.advanceTimersByTimeAsync(limits.socketPingMs);
    expect(socket.ping).toHaveBeenCalledTimes(2);
    expect(socket.terminate).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(limits.socketPingMs);
    expect(socket.terminate).toHaveBeenCalledOnce();
  });
});
