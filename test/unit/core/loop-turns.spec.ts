import { expect, it } from 'vitest';
import { LoopTurns } from '../../../src/core/loop-turns.js';

it('gives each a turn of the event loop, in their order', async () => {
  const turns = new LoopTurns();
  const order: string[] = [];
  const tick = (): void => {
    order.push('other');
    if (order.length < 20) setImmediate(tick);
  };
  setImmediate(tick);
  await Promise.all(['a', 'b', 'c'].map((name) => turns.next().then(() => order.push(name))));
  const [first, second, third] = ['a', 'b', 'c'].map((name) => order.indexOf(name));
  expect(first).toBeLessThan(second ?? 0);
  expect(second).toBeLessThan(third ?? 0);
  expect(order.slice(first, second)).toContain('other');
  expect(order.slice(second, third)).toContain('other');
});
