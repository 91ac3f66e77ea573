import { expect, it } from 'vitest';
import { nextStatus, violationsOf } from '../../../../src/schemas/domain/schema-status.js';
import { aSchema } from '../schema.builder.js';

const none = { refused: 0, warned: 0 };
const object = aSchema('login', {}, 3);

it('states once whether the schema can be used', () => {
  const valid = nextStatus({ object, problems: [] }, none);
  expect(valid).toMatchObject({ state: 'Valid', observedGeneration: 3, violations: none });
  const stored = { ...object, status: { ...valid } };
  expect(nextStatus({ object: stored, problems: [] }, none)).toBeUndefined();
  const problems = [{ pointer: '/mode', reason: 'is wrong' }];
  expect(nextStatus({ object: stored, problems }, none)).toMatchObject({
    state: 'Invalid',
    message: '/mode is wrong',
  });
});

it('counts further problems in a message that stays within its bound', () => {
  const problems = [
    { pointer: '/rules/0/rule', reason: 'x'.repeat(2_000) },
    { pointer: '/rules/1/rule', reason: 'is wrong' },
    { pointer: '/mode', reason: 'is wrong' },
  ];
  const message = nextStatus({ object, problems }, none)?.['message'];
  expect(message).toMatch(/^\/rules\/0\/rule x+ \(further mistakes: 2\)$/);
  expect(String(message)).toHaveLength(1_024);
});

it('adds what was counted to what is stored', () => {
  const status = { state: 'Valid', violations: { refused: 5, warned: 'x' } };
  const stored = { ...object, status };
  expect(violationsOf(stored)).toEqual({ refused: 5, warned: 0 });
  expect(nextStatus({ object: stored, problems: [] }, { refused: 1, warned: 2 })).toMatchObject({
    violations: { refused: 6, warned: 2 },
  });
  expect(violationsOf(object)).toEqual(none);
});
