import { beforeEach, expect, it } from 'vitest';
import { CheckRound } from '../../../../src/shares/copies/check-round.js';
import { countedSteps } from '../../../support/counted-steps.js';

let absent: Set<string>;
let round: CheckRound<{ readonly uid: string; readonly namespace: string }>;

beforeEach(() => {
  absent = new Set();
  round = new CheckRound(({ uid }) => !absent.has(uid));
});

function add(namespace: string, ...uids: readonly string[]): void {
  for (const uid of uids) round.add({ uid, namespace });
}

const taken = (count: number) => round.take(count).map(({ uid }) => uid);

it('takes all objects in turn, and each once in a part', () => {
  add('a', 'a1', 'a2', 'a3');
  add('a', 'a1');
  expect([round.size, taken(2), taken(2), taken(10)]).toEqual([
    3,
    ['a1', 'a2'],
    ['a3', 'a1'],
    ['a2', 'a3', 'a1'],
  ]);
});

it('checks the one object of a namespace in each part, whatever another one has', () => {
  add('many', ...Array.from({ length: 5_000 }, (_, index) => `m${index}`));
  add('one', 'single');
  const parts = Array.from({ length: 200 }, () => taken(50));
  expect(parts.every((part) => part.includes('single'))).toBe(true);
  expect(new Set(parts.flat()).size).toBe(5_001);
});

it('drops objects that are gone, and takes those that come', () => {
  add('a', 'a1', 'a2');
  add('b', 'b1');
  absent.add('a1').add('b1');
  expect(taken(2)).toEqual(['a2']);
  expect(round.size).toBe(1);
  absent.clear();
  add('b', 'b1');
  expect(taken(2).toSorted()).toEqual(['a2', 'b1']);
  round.clear();
  expect([round.size, taken(2)]).toEqual([0, []]);
});

it('takes no more steps for a part of 50,000 objects', async () => {
  for (let index = 0; index < 50_000; index += 1) add(`ns-${index % 1_000}`, `u${index}`);
  const steps = await countedSteps(async () => {
    for (let part = 0; part < 1_000; part += 1) round.take(50);
  });
  expect(steps / 50_000).toBeLessThan(60);
});
