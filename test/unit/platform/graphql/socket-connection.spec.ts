import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { limits } from '../../../../src/core/limits.js';
import { SocketConnection } from '../../../../src/platform/graphql/socket-connection.js';
import { FakeWebSocket } from '../http/fake-web-socket.js';

let socket: FakeWebSocket;
let tcp: EventEmitter;
let faults: unknown[];
let connection: SocketConnection;

beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeWebSocket();
  tcp = new EventEmitter();
  faults = [];
  const parts = [socket as unknown as WebSocket, tcp as Socket] as const;
  connection = new SocketConnection(...parts, (error) => faults.push(error));
});
afterEach(() => {
  socket.emit('close');
  vi.useRealTimers();
});

function message(text: string | Buffer, isBinary = false): void {
  socket.emit('message', Buffer.from(text), isBinary);
}

const full = limits.socketBufferedBytesMax + 1;

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
});
