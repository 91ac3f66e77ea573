import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConnectionBounds,
  ConnectionPlaces,
  connectionBounds,
} from '../../../../../src/platform/http/domain/connection-places.js';

interface Named {
  readonly name: string;
}

/** Places whose connections are named, with wide bounds but for those that a test is about. */
function placesOf(bounds: Partial<ConnectionBounds>) {
  const wide = { inAllMax: 100, halfOpenMax: 100, halfOpenOfAddressMax: 100 };
  const places = new ConnectionPlaces<Named>({ ...wide, ...bounds });
  const known = new Map<string, Named>();
  const named = (name: string): Named => known.get(name) ?? { name };
  const outcome = (evicted: ReturnType<typeof places.add>): string | undefined =>
    evicted && `${evicted.connection.name}: ${evicted.reason}`;
  return {
    places,
    add: (name: string, address?: string): string | undefined => {
      const connection = { name };
      known.set(name, connection);
      return outcome(places.add(connection, address));
    },
    busy: (name: string): void => places.busy(named(name)),
    idle: (name: string): string | undefined => outcome(places.idle(named(name))),
    remove: (name: string): void => places.remove(named(name)),
  };
}

describe('half-open connections of one address', () => {
  it('make room for its next one, the oldest first, and for nobody else', () => {
    const { add } = placesOf({ halfOpenOfAddressMax: 2 });
    expect([add('a1', 'a'), add('b1', 'b'), add('a2', 'a')]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect(add('a3', 'a')).toBe('a1: half-open-of-address');
    expect(add('a4', 'a')).toBe('a2: half-open-of-address');
    expect(add('b2', 'b')).toBeUndefined();
  });

  it('do not count once their request has arrived, or when they have ended', () => {
    const { add, busy, remove } = placesOf({ halfOpenOfAddressMax: 2 });
    add('a1', 'a');
    add('a2', 'a');
    busy('a1');
    expect(add('a3', 'a')).toBeUndefined();
    remove('a2');
    expect(add('a4', 'a')).toBeUndefined();
    expect(add('a5', 'a')).toBe('a3: half-open-of-address');
  });

  it('are bounded in all alone where no address is given', () => {
    const { add } = placesOf({ halfOpenOfAddressMax: 1, halfOpenMax: 3 });
    expect([add('p1'), add('p2'), add('p3')]).toEqual([undefined, undefined, undefined]);
    expect(add('p4')).toBe('p1: half-open');
  });
});

describe('half-open connections in all', () => {
  it('make room for the next one, the oldest first, whosever it is', () => {
    const { add, places } = placesOf({ halfOpenMax: 2 });
    add('a1', 'a');
    add('b1', 'b');
    expect(add('c1', 'c')).toBe('a1: half-open');
    expect(add('d1', 'd')).toBe('b1: half-open');
    expect([places.size, places.halfOpen]).toEqual([2, 2]);
  });
});

describe('the last place', () => {
  it('is made free by the connection that is idle longest', () => {
    const { add, busy, idle } = placesOf({ inAllMax: 4 });
    for (const name of ['a', 'b', 'c']) {
      add(name);
      busy(name);
    }
    for (const name of ['b', 'a']) expect(idle(name)).toBeUndefined();
    busy('b');
    idle('b');
    expect(add('d')).toBe('a: idle');
    expect(add('e')).toBe('b: idle');
  });

  it('is made free by the oldest half-open one where none is idle', () => {
    const { add, busy } = placesOf({ inAllMax: 3 });
    add('a');
    add('b');
    busy('a');
    expect(add('c')).toBe('b: half-open');
  });

  it('is taken where all are busy, and free again once one of them is not', () => {
    const { add, busy, idle, places } = placesOf({ inAllMax: 2 });
    for (const name of ['a', 'b']) {
      expect(add(name)).toBeUndefined();
      busy(name);
    }
    // By another listener: one alone would not accept it.
    expect(add('c')).toBe('c: full');
    expect(idle('a')).toBe('a: idle');
    expect(places.size).toBe(1);
    expect(idle('b')).toBeUndefined();
  });

  it('is never made free by a busy connection', () => {
    const states = fc.array(fc.constantFrom('add', 'busy', 'idle', 'remove'), { maxLength: 60 });
    fc.assert(
      fc.property(states, fc.infiniteStream(fc.nat(9)), (steps, numbers) => {
        const bounded = new ConnectionPlaces<Named>(connectionBounds(8));
        const state = new Map<Named, string>();
        const closed = (evicted: ReturnType<typeof bounded.add>): void => {
          if (evicted === undefined) return;
          const expected = evicted.reason === 'idle' ? 'idle' : 'add';
          expect(state.get(evicted.connection)).toBe(expected);
          state.delete(evicted.connection);
        };
        for (const [index, step] of steps.entries()) {
          const number = numbers.next().value ?? 0;
          const some = [...state.keys()][number % Math.max(1, state.size)];
          if (step === 'add' && state.size < 8) {
            const connection = { name: `${index}` };
            state.set(connection, 'add');
            closed(bounded.add(connection, `address ${number % 2}`));
          } else if (some !== undefined && step === 'busy') {
            bounded.busy(some);
            state.set(some, 'busy');
          } else if (some !== undefined && step === 'idle' && state.get(some) === 'busy') {
            state.set(some, 'idle');
            closed(bounded.idle(some));
          } else if (some !== undefined && step === 'remove') {
            bounded.remove(some);
            state.delete(some);
          }
          const halfOpen = [...state.values()].filter((its) => its === 'add').length;
          expect([bounded.size, bounded.halfOpen]).toEqual([state.size, halfOpen]);
          expect(bounded.halfOpen).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});

it('bounds half-open connections to a half, and to an eighth for an address', () => {
  expect(connectionBounds(6_144)).toEqual({
    ...{ inAllMax: 6_144, halfOpenMax: 3_072, halfOpenOfAddressMax: 768 },
  });
  expect(connectionBounds(4)).toEqual({ inAllMax: 4, halfOpenMax: 2, halfOpenOfAddressMax: 1 });
});
