import { expect, it } from 'vitest';
import { z } from 'zod';
import { problemOf } from '../../../../src/custom-resources/domain/parsed-spec.js';

it('broken rules are one sentence with their places, five at most', () => {
  const { error } = z.record(z.string(), z.int()).safeParse({ a: 'x', b: 'y' });
  expect(error && problemOf(error)).toMatch(/^\/a: .*; \/b: /);
  const many = z.array(z.int()).safeParse(Array.from({ length: 9 }, () => 'x'));
  expect(many.error && problemOf(many.error).split('; ')).toHaveLength(5);
});
