import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OrderedNames } from '../../../../../src/secrets/domain/cache/ordered-names.js';

const name = fc.stringMatching(/^[a-c-]{1,3}$/);
const steps = fc.array(fc.record({ name, isAdded: fc.boolean() }), { maxLength: 60 });

it('holds each name once and in order, whatever came and went', () => {
  fc.assert(
    fc.property(steps, name, (taken, probe) => {
      const names = new OrderedNames();
      const model = new Set<string>();
      for (const step of taken) {
        if (step.isAdded) names.add(step.name);
        else names.remove(step.name);
        if (step.isAdded) model.add(step.name);
        else model.delete(step.name);
      }
      const expected = [...model].toSorted((a, b) => (a < b ? -1 : 1));
      expect([...names]).toEqual(expected);
      expect(names.length).toBe(expected.length);
      const behind = expected.filter((one) => one > probe);
      expect(expected.slice(names.indexAfter(probe))).toEqual(behind);
    }),
  );
});

it('begins with names that are in order already', () => {
  const names = new OrderedNames(['a', 'c']);
  names.add('b');
  expect([names.at(0), names.at(1), names.at(2), names.at(3)]).toEqual(['a', 'b', 'c', undefined]);
});
