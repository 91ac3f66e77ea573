import { expect, it } from 'vitest';
import { SchemaProblem } from '../../../../src/schemas/domain/schema-problem.js';
import { PROBLEMS_MAX, SchemaProblems } from '../../../../src/schemas/domain/schema-problems.js';

const refuse = (pointer: string): never => {
  throw new SchemaProblem(pointer, 'is wrong', [{ pointer: `${pointer}/x`, reason: 'also' }]);
};

function thrown(action: () => void): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

it('throws all that was found, in its order', () => {
  const problems = new SchemaProblems();
  expect(problems.attempt(() => 5)).toBe(5);
  problems.throwAny();
  expect(problems.attempt(() => refuse('/a'))).toBeUndefined();
  problems.add('/b', 'is wrong');
  const problem = thrown(() => problems.throwAny());
  expect(problem).toMatchObject({ pointer: '/a', message: 'is wrong' });
  expect((problem as SchemaProblem).all.map(({ pointer }) => pointer)).toEqual([
    '/a',
    '/a/x',
    '/b',
  ]);
});

it('ends the search at its bound', () => {
  const problems = new SchemaProblems();
  let count = 0;
  const problem = thrown(() => {
    for (; count < 100; count += 1) problems.add('/a', 'is wrong');
  });
  expect(count).toBe(PROBLEMS_MAX - 1);
  expect((problem as SchemaProblem).all).toHaveLength(PROBLEMS_MAX);
});

it('takes no other error for a mistake of the author', () => {
  const fail = () => {
    throw new TypeError('of a programmer');
  };
  expect(() => new SchemaProblems().attempt(fail)).toThrow(TypeError);
});
