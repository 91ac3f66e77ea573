import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sealingLimits } from '../../../src/core/sealing-limits.js';
import { OpeningTurns } from '../../../src/sealing/opening-turns.js';

const caller = (username: string) => ({ principal: { username, token: undefined } });

/** Work that begins in turns, and ends when the test says so. */
function opened(turns: OpeningTurns) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const begin = (username: string, name: string): Promise<void> =>
    turns.run(caller(username), () => {
      begun.push(name);
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.set(name, resolve);
      return promise;
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await turn();
  };
  return { begun, begin, end };
}

describe('OpeningTurns', () => {
  it('lets no manifests of one user keep those of others waiting', async () => {
    const { begun, begin, end } = opened(new OpeningTurns());
    const all = [
      ...Array.from({ length: 10 }, (_, index) => begin('mallory', `mallory ${index}`)),
      begin('alice', 'alice 0'),
      begin('bob', 'bob 0'),
    ];
    await turn();
    expect(begun).toEqual(['mallory 0', 'alice 0']);
    await end('mallory 0');
    expect(begun.slice(2)).toEqual(['bob 0']);
    await end('alice 0');
    expect(begun.slice(3)).toEqual(['mallory 1']);
    await end('bob 0');
    for (let index = 1; index < 10; index += 1) await end(`mallory ${index}`);
    await Promise.all(all);
  });

  it('refuses what would wait behind too many of the same user', async () => {
    const { begin, end } = opened(new OpeningTurns());
    const names = Array.from({ length: sealingLimits.openingsWaitingMax + 1 }, (_, n) => `${n}`);
    const all = names.map((name) => begin('mallory', name));
    const refused = expect.objectContaining({ code: 'TooManyRequests' });
    await expect(begin('mallory', 'another')).rejects.toEqual(refused);
    await turn();
    for (const name of names) await end(name);
    await Promise.all(all);
  });
});
