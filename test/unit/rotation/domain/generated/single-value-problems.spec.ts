import { expect, it } from 'vitest';
import { singleValueProblems } from '../../../../../src/rotation/domain/generated/single-value-problems.js';
import type { SingleValueGenerator } from '../../../../../src/rotation/domain/rotation-spec.js';
import { passwordRules } from './generated.builder.js';

const bytesOf = (sizeBytes: number): SingleValueGenerator => ({
  kind: 'bytes',
  bytes: { sizeBytes, encoding: 'raw' },
});

it.each<SingleValueGenerator>([
  { kind: 'password', password: passwordRules() },
  bytesOf(16),
  bytesOf(1_024),
  { kind: 'uuid' },
])('accepts $kind within the limits', (generator) => {
  expect(singleValueProblems(generator)).toEqual([]);
});

it.each<[string, SingleValueGenerator]>([
  ['/password/length', { kind: 'password', password: passwordRules({ length: 8 }) }],
  ['/password/forbid', { kind: 'password', password: passwordRules({ forbid: '0123456789' }) }],
  ['/bytes/size', bytesOf(15)],
  ['/bytes/size', bytesOf(1_025)],
])('names the position %s of what it refuses', (pointer, generator) => {
  expect(singleValueProblems(generator)).toMatchObject([{ pointer }]);
});
