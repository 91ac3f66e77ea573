import { expect, it } from 'vitest';
import { RestartPace } from '../../../../src/cli/process/restart-pace.js';

it('a program is restarted after the debounce, and slower if its values change all the time', () => {
  const pace = new RestartPace(1_000);
  const pauses: number[] = [];
  for (let restart = 0; restart < 15; restart += 1) {
    pauses.push(pace.pauseMs);
    pace.note(restart * 10_000);
  }
  expect(pauses.slice(0, 7)).toEqual(Array(7).fill(1_000));
  expect(pauses.slice(7, 10)).toEqual([2_000, 4_000, 8_000]);
  expect(pauses.at(-1)).toBe(30_000);
  pace.note(500_000);
  expect(pace.pauseMs).toBe(1_000);
});

it('a longer debounce stays as long as the user wants', () => {
  const pace = new RestartPace(3_600_000);
  for (let restart = 0; restart < 20; restart += 1) pace.note(restart);
  expect(pace.pauseMs).toBe(3_600_000);
});
