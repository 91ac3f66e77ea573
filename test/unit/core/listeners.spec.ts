import { expect, it } from 'vitest';
import { Listeners } from '../../../src/core/listeners.js';

it('calls all listeners in the order of their addition, with what is notified', () => {
  const listeners = new Listeners<[string, number]>();
  const called: unknown[] = [];
  listeners.notify('nobody', 0);
  listeners.add((text, count) => void called.push(['first', text, count]));
  listeners.add((text, count) => void called.push(['second', text, count]));
  listeners.notify('a', 1);
  listeners.notify('b', 2);
  expect(called).toEqual([
    ['first', 'a', 1],
    ['second', 'a', 1],
    ['first', 'b', 2],
    ['second', 'b', 2],
  ]);
});
