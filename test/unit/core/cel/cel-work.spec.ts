import { describe, expect, it } from 'vitest';
import { CelWork, counted, ongoing, TooMuchWork } from '../../../../src/core/cel/cel-work.js';
import { limits } from '../../../../src/core/limits.js';

/** Steps that something costs. */
function costOf(spend: (work: CelWork) => void): number {
  const work = new CelWork();
  spend(work);
  let left = 0;
  try {
    for (;;) {
      work.spend(1);
      left += 1;
    }
  } catch {
    return limits.celStepsMax - left;
  }
}

describe('the work for one token', () => {
  it('ends once all is spent', () => {
    const work = new CelWork();
    work.spend(limits.celStepsMax);
    expect(() => work.spend(1)).toThrow(TooMuchWork);
  });

  it.each([
    [1, 1],
    ['a'.repeat(400), 101],
    [Buffer.alloc(400), 101],
    [['a', 'b'], 5],
    [{ a: ['b'], c: null }, 5],
    [new Map([['a', 'b']]), 2],
  ])('looking at all of %j costs what it holds', (value, steps) => {
    expect(costOf((work) => work.spendOnAll(value))).toBe(steps);
  });

  it('making a value costs its length', () => {
    expect(costOf((work) => work.spendOnMade(['a'.repeat(400), 'b']))).toBe(3);
    expect(costOf((work) => work.spendOnMade('a'.repeat(400)))).toBe(101);
  });

  it('ends early at a value that holds itself many times over', () => {
    let value: unknown = 'x';
    for (let level = 0; level < 60; level += 1) value = [value, value];
    expect(() => new CelWork().spendOnAll(value)).toThrow(TooMuchWork);
  });

  it('has a bound for each text', () => {
    const text = 'a'.repeat(limits.celTextCharactersMax + 1);
    expect(() => new CelWork().spendOnMade(text)).toThrow(TooMuchWork);
  });
});

it('an evaluation is the one under way while it lasts, and no longer', () => {
  const evaluation = { work: new CelWork(), costs: new Map(), patterns: new Map(), errorSteps: 1 };
  expect(counted(evaluation, ongoing)).toBe(evaluation);
  expect(ongoing).toThrow('no evaluation');
  const failing = () => {
    throw new Error('no value');
  };
  expect(() => counted(evaluation, failing)).toThrow('no value');
  expect(ongoing).toThrow('no evaluation');
});
