import { expect, it } from 'vitest';
import { timeOrderedId } from '../../../src/core/time-ordered-id.js';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it('makes UUIDs of version 7, whose order is that of their times', () => {
  const times = [0, 1, 255, 256, Date.now(), Date.now() + 1, 2 ** 48 - 1];
  const ids = times.map((ms) => timeOrderedId(ms));
  for (const id of ids) expect(id).toMatch(FORM);
  expect(ids.toSorted()).toEqual(ids);
});

it('makes no two alike within a moment', () => {
  const ids = Array.from({ length: 10_000 }, () => timeOrderedId(1));
  expect(new Set(ids).size).toBe(ids.length);
});
