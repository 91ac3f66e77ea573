import { describe, expect, it } from 'vitest';
import { type StreamCaller, StreamQuota } from '../../../src/core/stream-quota.js';

/** From an address of its own, unless one is given. */
function caller(username: string, sourceIp = `address of ${username}`): StreamCaller {
  return { principal: { username, token: undefined }, sourceIp };
}

function placesOf(what: string, inAllMax: number, ofUserMax: number, ofAddressMax = inAllMax) {
  return new StreamQuota({ what, inAllMax, ofUserMax, ofAddressMax });
}

const alice = caller('alice');

describe('places of streams', () => {
  it('are bounded for each user, so that one leaves room for others', () => {
    const places = placesOf('watches', 10, 2);
    const [first] = [places.take(alice), places.take(alice)];
    expect(() => places.take(alice)).toThrow('too many watches at once');
    places.take(caller('bob')).release();
    first?.release();
    expect(places.take(alice)).toBeDefined();
  });

  it('are bounded for the owner of tokens, also of those that act as others', () => {
    const places = placesOf('waits', 10, 2);
    const acting = (username: string): StreamCaller => ({
      principal: { username, token: { id: username, owner: 'alice' } },
      sourceIp: username,
    });
    places.take(acting('system:serviceaccount:a:one'));
    places.take(acting('system:serviceaccount:a:two'));
    for (const again of [acting('system:serviceaccount:a:three'), alice]) {
      expect(() => places.take(again)).toThrow('too many waits at once');
    }
    expect(places.take(caller('bob'))).toBeDefined();
  });

  it('are bounded for whoever acts as somebody else, not for whom', () => {
    const places = placesOf('watches', 10, 1);
    const impersonator = Object.assign(Object.create(null), { username: 'alice' });
    places.take({ ...caller('bob'), impersonator });
    expect(() => places.take({ ...caller('carol'), impersonator })).toThrow('too many watches');
    expect(places.take(caller('bob'))).toBeDefined();
  });

  it('are bounded for each address, IPv6 by /64, whoever calls from there', () => {
    const places = placesOf('streams', 10, 5, 2);
    const first = places.take(caller('alice', '2001:db8::1'));
    places.take(caller('bob', '2001:db8::2'));
    const late = caller('carol', '2001:db8::3');
    expect(() => places.take(late)).toThrow('too many streams at once');
    places.take(caller('carol', '198.51.100.1'));
    first.release();
    expect(places.take(late)).toBeDefined();
  });

  it('are taken as many as one needs, and left together', () => {
    const places = placesOf('rights', 10, 5);
    const held = places.take(alice, { count: 3 });
    expect(() => places.take(alice, { count: 3 })).toThrow('too many rights at once');
    places.take(alice, { count: 2 });
    held.release();
    expect(places.taken).toBe(2);
    places.take(caller('bob'), { count: 5 });
    expect(() => places.take(caller('carol'), { count: 4 })).toThrow('too many rights at once');
  });

  it('are bounded for each namespace, so that its accounts leave room for others', () => {
    const bounds = { what: 'watches', inAllMax: 10, ofUserMax: 5, ofAddressMax: 5 };
    const places = new StreamQuota({ ...bounds, ofNamespaceMax: 2 });
    const [pay, other] = [{ namespace: 'pay' }, { namespace: 'other' }];
    const first = places.take(alice, pay);
    places.take(caller('bob'), pay);
    expect(() => places.take(caller('carol'), pay)).toThrow('too many watches at once');
    places.take(caller('carol'), other);
    for (let count = 0; count < 3; count += 1) places.take(alice, { namespace: '' });
    first.release();
    expect(places.take(caller('carol'), pay)).toBeDefined();
    expect(() => places.take(caller('dave'), pay)).toThrow('too many watches at once');
  });

  it('are bounded in all', () => {
    const places = placesOf('lists', 3, 2);
    for (const username of ['alice', 'bob', 'carol']) places.take(caller(username));
    expect(() => places.take(caller('late'))).toThrow('too many lists at once');
    expect(places.taken).toBe(3);
  });
});
