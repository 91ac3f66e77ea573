import { describe, expect, it } from 'vitest';
import { verdictsTable } from '../../../bench/conclude.js';
import { judge } from '../../../bench/floors.js';

describe('verdictsTable', () => {
  it('shows figure, bound, aim and state, also of what was not measured', () => {
    const floors = {
      ratio: { title: 'a ÷ b', floor: 4, aim: 6 },
      delay: { title: 'delay', unit: 'ms', ceiling: 50, aim: 20 },
    };
    expect(verdictsTable(judge({ ratio: 4.5 }, floors)).split('\n')).toEqual([
      '           measured  must   aim',
      'a ÷ b          4.50   ≥ 4   ≥ 6  reached',
      'delay  not measured  ≤ 50  ≤ 20   MISSED',
    ]);
  });
});
