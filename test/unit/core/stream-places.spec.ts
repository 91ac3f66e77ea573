import { describe, expect, it } from 'vitest';
import { StreamPlaces } from '../../../src/core/stream-places.js';

const alice = { username: 'alice' };

describe('places of streams', () => {
  it('are bounded for each user, so that one leaves room for others', () => {
    const places = new StreamPlaces({ what: 'watches', inAllMax: 10, ofUserMax: 2 });
    const [first] = [places.take(alice), places.take(alice)];
    expect(() => places.take(alice)).toThrow('too many watches at once');
    places.take({ username: 'bob' }).release();
    first?.release();
    expect(places.take(alice)).toBeDefined();
  });

  it('are taken as many as one needs, and left together', () => {
    const places = new StreamPlaces({ what: 'rights', inAllMax: 10, ofUserMax: 5 });
    const held = places.take(alice, 3);
    expect(() => places.take(alice, 3)).toThrow('too many rights at once');
    places.take(alice, 2);
    held.release();
    expect(places.taken).toBe(2);
    places.take({ username: 'bob' }, 5);
    expect(() => places.take({ username: 'carol' }, 4)).toThrow('too many rights at once');
  });

  it('are bounded in all', () => {
    const places = new StreamPlaces({ what: 'lists', inAllMax: 3, ofUserMax: 2 });
    for (const username of ['alice', 'bob', 'carol']) places.take({ username });
    expect(() => places.take({ username: 'late' })).toThrow('too many lists at once');
    expect(places.taken).toBe(3);
  });
});
