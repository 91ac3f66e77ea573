import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { BoundedConnections } from '../../../../src/platform/http/bounded-connections.js';
import { TrustedProxies } from '../../../../src/platform/http/domain/source-address.js';

/** One from an address, as a listener gets it. */
class FakeSocket extends EventEmitter {
  readonly remoteAddress: string;
  isDestroyed = false;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.isDestroyed = true;
    this.emit('close');
  }
}

/** A listener with two half-open connections of an address at most, and what it closed. */
function listener(proxies?: string[]) {
  const reasons: string[] = [];
  const connections = new BoundedConnections({
    connectionsMax: 16,
    ...(proxies && { proxies: new TrustedProxies(proxies) }),
    onClosed: (reason) => reasons.push(reason),
  });
  const server = createServer();
  server.on('request', () => undefined);
  connections.bound(server);
  // That of Node reads from the handle of a real socket.
  const [, ours] = server.listeners('connection');
  const accept = (address: string): FakeSocket => {
    const socket = new FakeSocket(address);
    ours?.call(server, socket as unknown as Socket);
    return socket;
  };
  return { server, connections, reasons, accept };
}

const destroyed = (sockets: readonly FakeSocket[]) => sockets.map((one) => one.isDestroyed);

describe('half-open connections', () => {
  it.each([
    ['a /64 of IPv6', ['2001:db8::1', '2001:db8:0:0:1::2', '2001:db8::3'], true],
    ['different networks of IPv6', ['2001:db8::1', '2001:db8:0:1::1', '2001:db8:0:2::1'], false],
    ['IPv4, also as IPv6 writes it', ['192.0.2.1', '::ffff:192.0.2.1', '192.0.2.1'], true],
    ['different addresses of IPv4', ['192.0.2.1', '192.0.2.2', '192.0.2.3'], false],
  ])('of %s are counted by what a client commands', (_name, addresses, isOne) => {
    const { accept, reasons } = listener();
    expect(destroyed(addresses.map(accept))).toEqual([isOne, false, false]);
    expect(reasons).toEqual(isOne ? ['half-open-of-address'] : []);
  });

  it('of trusted proxies are counted in all alone', () => {
    const { accept } = listener(['192.0.2.0/24']);
    const addresses = Array.from({ length: 9 }, () => '::ffff:192.0.2.1');
    // Eight are the half of sixteen.
    expect(destroyed(addresses.map(accept))).toEqual([true, ...Array(8).fill(false)]);
  });

  it('count until they end', () => {
    const { accept, connections } = listener();
    const sockets = ['192.0.2.1', '192.0.2.2'].map(accept);
    expect(connections.counts).toEqual({ all: 2, halfOpen: 2 });
    for (const socket of sockets) socket.destroy();
    expect(connections.counts).toEqual({ all: 0, halfOpen: 0 });
  });
});

it('leaves to Node what a listener does not take itself', () => {
  const { server } = listener();
  const taken = ['request', 'checkExpectation', 'upgrade', 'connect'];
  expect(taken.map((event) => server.listenerCount(event))).toEqual([2, 0, 0, 0]);
  expect(server).toMatchObject({ maxConnections: 16 });
});
