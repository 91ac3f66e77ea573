import { expect, it, vi } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { TokenUses } from '../../../src/tokens/token-uses.js';

type Uses = ReadonlyMap<string, number>;

it('writes the last use of each token, at most once a minute', async () => {
  const write = vi.fn((_uses: Uses) => Promise.resolve());
  const uses = new TokenUses(write);
  uses.note('a', 1);
  uses.note('a', 2);
  uses.note('b', 3);
  await uses.flush(1_000);
  expect(write.mock.calls).toEqual([
    [
      new Map([
        ['a', 2],
        ['b', 3],
      ]),
    ],
  ]);
  uses.note('a', 4);
  await uses.flush(1_000 + limits.ownTokenUsesWrittenEveryMs - 1);
  expect(write).toHaveBeenCalledTimes(1);
  expect(uses.lastUseOf('a')).toBe(4);
  await uses.flush(1_000 + limits.ownTokenUsesWrittenEveryMs);
  expect(write).toHaveBeenLastCalledWith(new Map([['a', 4]]));
  expect(uses.lastUseOf('a')).toBeUndefined();
});

it('keeps what was used while it wrote, and what could not be written', async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const write = vi.fn((_uses: Uses) => promise);
  const uses = new TokenUses(write);
  uses.note('a', 1);
  const flushed = uses.flushNow(0);
  uses.note('b', 2);
  reject(new Error('disk'));
  await expect(flushed).rejects.toThrow('disk');
  expect([uses.lastUseOf('a'), uses.lastUseOf('b')]).toEqual([1, 2]);
});

it('is bounded', () => {
  const uses = new TokenUses(() => Promise.resolve());
  for (let index = 0; index <= limits.ownTokenUsesMax; index += 1) uses.note(`t${index}`, 1);
  expect(uses.lastUseOf('t0')).toBe(1);
  expect(uses.lastUseOf(`t${limits.ownTokenUsesMax}`)).toBeUndefined();
});
