import { describe, expect, it } from 'vitest';
import { rankCounts, valuesOf } from '../../../../src/audit/domain/audit-dimension.js';

describe('a group of events counts under', () => {
  it.each([
    ['user', 'bob', ['bob']],
    ['code', 403, ['403']],
    ['namespace', null, []],
    ['key', '', []],
    ['key', '\npin\nuser\n', ['pin', 'user']],
    ['group', '\nops\nops\n', ['ops']],
    ['hour', 490_898, ['2026-01-01T02:00:00Z']],
    ['day', 20_454, ['2026-01-01T00:00:00Z']],
  ] as const)('by %s, %j: %j', (by, group, values) => {
    expect(valuesOf(by, group)).toEqual(values);
  });
});

describe('counts', () => {
  const users = new Map([
    ['bob', 2],
    ['ann', 2],
    ['eve', 7],
    ['nobody', 0],
  ]);

  it('come highest first, equal ones by name, and say how many are left out', () => {
    expect(rankCounts('user', users, 2)).toEqual({
      items: [
        { value: 'eve', count: 7 },
        { value: 'ann', count: 2 },
      ],
      remainingItemCount: 1,
    });
  });

  it('leave nothing out where there is room', () => {
    expect(rankCounts('user', users, 3)).toEqual({
      items: [
        { value: 'eve', count: 7 },
        { value: 'ann', count: 2 },
        { value: 'bob', count: 2 },
      ],
    });
  });

  it('of time come in order, the last of them where there is not room for all', () => {
    const days = new Map([
      ['2026-01-03T00:00:00Z', 1],
      ['2026-01-01T00:00:00Z', 9],
      ['2026-01-02T00:00:00Z', 5],
    ]);
    expect(rankCounts('day', days, 2)).toEqual({
      items: [
        { value: '2026-01-02T00:00:00Z', count: 5 },
        { value: '2026-01-03T00:00:00Z', count: 1 },
      ],
      remainingItemCount: 1,
    });
  });
});
