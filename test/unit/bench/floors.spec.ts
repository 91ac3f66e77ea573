import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Floors, judge } from '../../../bench/floors.js';

const floors: Floors = {
  ratio: { title: 'a ÷ b', floor: 4, aim: 6 },
  delay: { title: 'delay', unit: 'ms', ceiling: 50, aim: 20 },
};

function stateOf(id: string, figure: number): string | undefined {
  return judge({ [id]: figure }, floors)[0]?.state;
}

describe('judge', () => {
  it.each([
    { id: 'ratio', figure: 6, state: 'aim reached' },
    { id: 'ratio', figure: 5.99, state: 'reached' },
    { id: 'ratio', figure: 4, state: 'reached' },
    { id: 'ratio', figure: 3.99, state: 'MISSED' },
    { id: 'delay', figure: 20, state: 'aim reached' },
    { id: 'delay', figure: 20.1, state: 'reached' },
    { id: 'delay', figure: 50, state: 'reached' },
    { id: 'delay', figure: 50.1, state: 'MISSED' },
    { id: 'ratio', figure: NaN, state: 'MISSED' },
    { id: 'delay', figure: NaN, state: 'MISSED' },
  ])('says of $id $figure: $state', ({ id, figure, state }) => {
    expect(stateOf(id, figure)).toBe(state);
  });

  it('tells bound and aim with their direction', () => {
    expect(judge({ ratio: 5, delay: 30 }, floors)).toMatchObject([
      { id: 'ratio', bound: '≥ 4', aim: '≥ 6', unit: '' },
      { id: 'delay', bound: '≤ 50', aim: '≤ 20', unit: 'ms' },
    ]);
  });

  it('takes no figure that has no floor', () => {
    expect(() => judge({ other: 1 }, floors)).toThrow('floors.json has no other');
  });
});

describe('floors.json', () => {
  const kept = JSON.parse(readFileSync('bench/floors.json', 'utf8')) as Floors;

  it('holds one bound and an aim beyond it for each figure', () => {
    for (const [id, { floor, ceiling, aim }] of Object.entries(kept)) {
      expect(
        [floor, ceiling].filter((bound) => bound !== undefined),
        id,
      ).toHaveLength(1);
      if (floor !== undefined) expect(aim, id).toBeGreaterThan(floor);
      if (ceiling !== undefined) expect(aim, id).toBeLessThan(ceiling);
    }
  });
});
