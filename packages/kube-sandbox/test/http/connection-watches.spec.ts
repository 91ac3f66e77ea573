import { once } from 'node:events';
import { Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { ConnectionWatches } from '../../src/http/connection-watches.js';
import { bounds } from '../../src/store/sandbox-bounds.js';

it('lets go of every watch of a connection that ends, and of those that come too late', async () => {
  const watches = new ConnectionWatches();
  const [socket, other] = [new Socket(), new Socket()];
  const [first, second, left, elsewhere, late] = Array.from({ length: 5 }, () => vi.fn());
  for (const release of [first, second, left]) watches.add(socket, release ?? vi.fn());
  watches.add(other, elsewhere ?? vi.fn());
  watches.remove(socket, left ?? vi.fn());
  socket.destroy();
  await once(socket, 'close');
  watches.add(socket, late ?? vi.fn());
  const calls = [first, second, left, elsewhere, late].map((release) => release?.mock.calls.length);
  expect(calls).toEqual([1, 1, 0, 0, 1]);
});

it('takes a bounded number for each connection', () => {
  const watches = new ConnectionWatches();
  const socket = new Socket();
  for (let count = 0; count < bounds.watchersPerConnectionMax; count += 1) {
    watches.refuseAnother(socket);
    watches.add(socket, vi.fn());
  }
  expect(() => watches.refuseAnother(socket)).toThrow('too many watches');
  expect(() => watches.refuseAnother(new Socket())).not.toThrow();
});
