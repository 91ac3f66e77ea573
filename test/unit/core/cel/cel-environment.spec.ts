import { expect, it } from 'vitest';
import { environments } from '../../../../src/core/cel/cel-environment.js';
import { CelWork, counted, TooMuchWork } from '../../../../src/core/cel/cel-work.js';
import { limits } from '../../../../src/core/limits.js';

const evaluation = (work: CelWork) => ({
  work,
  costs: new Map(),
  patterns: new Map(),
  errorSteps: 1,
});

it.each(['claims', 'user'] as const)('each step over %s is counted, at any depth', (variable) => {
  const { work, nodes } = { work: new CelWork(), nodes: 200 };
  const program = environments[variable].parse(Array.from({ length: nodes }, () => '1').join('+'));
  expect(counted(evaluation(work), () => program({}))).toBe(200n);
  // All but the outermost node, which is entered from outside.
  work.spend(limits.celStepsMax - (2 * nodes - 2));
  expect(() => work.spend(1)).toThrow(TooMuchWork);
});

it('nothing is evaluated without being counted', () => {
  expect(() => environments.claims.parse('1 + 1')({})).toThrow('no evaluation is under way');
});
