import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bounded, type Floors, judge, merged } from '../../../bench/floors.js';

const floors: Floors = {
  ratio: { title: 'a ÷ b', floor: 4, aim: 6 },
  delay: { title: 'delay', unit: 'ms', ceiling: 50, aim: 20 },
};

function stateOf(id: string, figure: number): string | undefined {
  return judge({ [id]: figure }, floors).find((verdict) => verdict.id === id)?.state;
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
    { id: 'ratio', figure: Infinity, state: 'MISSED' },
    { id: 'delay', figure: -Infinity, state: 'MISSED' },
  ])('says of $id $figure: $state', ({ id, figure, state }) => {
    expect(stateOf(id, figure)).toBe(state);
  });

  it('takes a figure that was not measured for missed', () => {
    expect(judge({ ratio: 5 }, floors)).toMatchObject([
      { id: 'ratio', state: 'reached' },
      { id: 'delay', figure: NaN, state: 'MISSED' },
    ]);
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

describe('judge, of a partial run', () => {
  const ofParts: Floors = {
    first: { title: 'first', part: 'lists', ceiling: 1, aim: 1 },
    second: { title: 'second', part: 'lists', ceiling: 1, aim: 1 },
    third: { title: 'third', part: 'writes', ceiling: 1, aim: 1 },
    whole: { title: 'whole', ceiling: 1, aim: 1 },
  };
  const statesOf = (figures: Record<string, number>, parts?: readonly string[]) => {
    return judge(figures, ofParts, parts).map(({ id, state }) => `${id}: ${state}`);
  };

  it('leaves out the figures of parts that did not run', () => {
    const reached = ['first: aim reached', 'second: aim reached', 'whole: aim reached'];
    expect(statesOf({ first: 1, second: 1, whole: 1 }, ['lists'])).toEqual(reached);
  });

  it('takes what a part that ran has not measured for missed', () => {
    const states = ['first: aim reached', 'second: MISSED', 'whole: MISSED'];
    expect(statesOf({ first: 1 }, ['lists'])).toEqual(states);
  });

  it('judges what was measured, whatever ran', () => {
    expect(statesOf({ first: 1, second: 1, whole: 1, third: 2 }, ['lists'])).toContain(
      'third: MISSED',
    );
  });

  it('leaves out nothing if all parts ran', () => {
    expect(statesOf({})).toEqual(
      ['first', 'second', 'third', 'whole'].map((id) => `${id}: MISSED`),
    );
  });
});

describe('bounded', () => {
  it('returns the figures', () => {
    expect(bounded('rows', { tokenCheckUs: 1 })).toEqual({ tokenCheckUs: 1 });
  });

  it('refuses an id of another benchmark', () => {
    expect(() => bounded('rows', { cachedToBare: 1 })).toThrow('floors.json has no cachedToBare');
  });
});

describe('merged', () => {
  it('has the figures of all parts', () => {
    expect(merged([{ first: 1 }, {}, { second: NaN }])).toEqual({ first: 1, second: NaN });
  });
});

describe('floors.json', () => {
  const kept = JSON.parse(readFileSync('bench/floors.json', 'utf8')) as Record<string, Floors>;
  const figures = Object.values(kept).flatMap((section) => Object.entries(section));

  it('holds one bound and an aim not short of it for each figure', () => {
    for (const [id, { floor, ceiling, aim }] of figures) {
      expect(
        [floor, ceiling].filter((bound) => bound !== undefined),
        id,
      ).toHaveLength(1);
      if (floor !== undefined) expect(aim, id).toBeGreaterThanOrEqual(floor);
      if (ceiling !== undefined) expect(aim, id).toBeLessThanOrEqual(ceiling);
    }
  });

  it('gives each figure an id of its own, whatever its benchmark', () => {
    const ids = figures.map(([id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
