import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { limits } from '../../../../src/core/limits.js';
import { WebSocketConnection } from '../../../../src/platform/http/web-socket-connection.js';
import { FakeWebSocket } from './fake-web-socket.js';

let socket: FakeWebSocket;
let tcp: EventEmitter;
let connection: WebSocketConnection;

beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeWebSocket();
  tcp = new EventEmitter();
  connection = new WebSocketConnection(socket as unknown as WebSocket, tcp as Socket);
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

describe('a connection', () => {
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

describe('messages and pings that come fast', () => {
  const burst = (count: number): void => {
    for (let sent = 0; sent < count; sent += 1) socket.emit(sent % 2 === 0 ? 'message' : 'ping');
  };

  it('are read more slowly beyond their burst', async () => {
    burst(limits.socketMessagesBurst);
    expect(socket.pause).not.toHaveBeenCalled();
    burst(limits.socketMessagesPerSecond);
    expect(socket.pause).toHaveBeenCalledOnce();
    expect(socket.resume).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_100);
    expect(socket.resume).toHaveBeenCalledOnce();
  });

  it('hold nothing once the connection is closed', () => {
    burst(limits.socketMessagesBurst + 1);
    socket.emit('close');
    expect(vi.getTimerCount()).toBe(0);
  });
});
