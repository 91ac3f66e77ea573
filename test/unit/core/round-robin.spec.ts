import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { RoundRobin } from '../../../src/core/round-robin.js';

let slots: RoundRobin<string>;

beforeEach(() => {
  slots = new RoundRobin();
});

function add(group: string, ...values: readonly string[]): void {
  for (const value of values) slots.add(group, value);
}

function taken(count: number): readonly (string | undefined)[] {
  return Array.from({ length: count }, () => slots.next());
}

it('serves groups round robin, and each in its order', () => {
  add('a', 'a1', 'a2', 'a3');
  add('b', 'b1');
  add('c', 'c1', 'c2');
  expect(taken(7)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', undefined]);
});

it('serves a group that begins to wait again after the groups that wait', () => {
  add('a', 'a1');
  add('b', 'b1', 'b2');
  expect(taken(1)).toEqual(['a1']);
  add('a', 'a2');
  expect(taken(3)).toEqual(['b1', 'a2', 'b2']);
});

it('serves a group that is held only after it is released', () => {
  add('a', 'a1');
  slots.hold('a');
  slots.hold('a');
  slots.hold('b');
  add('b', 'b1');
  add('a', 'a2');
  expect(taken(1)).toEqual([undefined]);
  slots.release('b');
  slots.release('b');
  slots.release('a');
  expect(taken(4)).toEqual(['b1', 'a1', 'a2', undefined]);
});

it('drops all items, and still holds its groups', () => {
  add('a', 'a1');
  add('b', 'b1');
  slots.hold('a');
  slots.clear();
  add('a', 'a2');
  add('b', 'b2');
  expect(taken(2)).toEqual(['b2', undefined]);
  slots.release('a');
  expect(taken(1)).toEqual(['a2']);
});

it('loses no item and serves none twice, whatever is held', () => {
  const group = fc.constantFrom('a', 'b', 'c');
  const step = fc.record({ kind: fc.constantFrom('add', 'next', 'hold', 'release'), group });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      slots = new RoundRobin();
      const added: string[] = [];
      const served: (string | undefined)[] = [];
      for (const [index, { kind, group: name }] of steps.entries()) {
        if (kind === 'add') added.push(`${index}`);
        if (kind === 'add') slots.add(name, `${index}`);
        if (kind === 'next') served.push(slots.next());
        if (kind === 'hold') slots.hold(name);
        if (kind === 'release') slots.release(name);
      }
      for (const name of ['a', 'b', 'c']) slots.release(name);
      served.push(...taken(added.length));
      const all = served.filter((one) => one !== undefined);
      expect(all.toSorted()).toEqual(added.toSorted());
    }),
  );
});
