import { describe, expect, it } from 'vitest';
import { StreamPlaces } from '../../../src/kubectl/stream-places.js';

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

  it('are bounded in all', () => {
    const places = new StreamPlaces({ what: 'lists', inAllMax: 3, ofUserMax: 2 });
    for (const username of ['alice', 'bob', 'carol']) places.take({ username });
    expect(() => places.take({ username: 'late' })).toThrow('too many lists at once');
    expect(places.taken).toBe(3);
  });
});
