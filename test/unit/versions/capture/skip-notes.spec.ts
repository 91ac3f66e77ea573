import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { type SkipNote, SkipNotes } from '../../../../src/versions/capture/skip-notes.js';

describe('notes of states that there was no room for', () => {
  let recorded: SkipNote[];
  let isAway: boolean;
  let notes: SkipNotes;

  beforeEach(() => {
    vi.useFakeTimers();
    recorded = [];
    isAway = false;
    notes = new SkipNotes((note) => {
      if (isAway) return Promise.reject(new Error('the database is away'));
      recorded.push(note);
      return Promise.resolve();
    });
  });
  afterEach(() => vi.useRealTimers());

  const add = (namespace: string, name: string) => notes.add({ namespace, name });
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('are one for each namespace, which name a Secret where it is the only one', async () => {
    for (const name of ['a', 'a', 'b']) add('pay', name);
    for (let time = 0; time < 3; time += 1) add('shop', 'db');
    await pass(limits.versionPrunesNotedMs);
    expect(recorded).toEqual([
      { namespace: 'pay', secret: undefined, count: 3 },
      { namespace: 'shop', secret: 'db', count: 3 },
    ]);
    add('pay', 'a');
    await notes.flush();
    expect(recorded.at(-1)).toEqual({ namespace: 'pay', secret: 'a', count: 1 });
  });

  it('are written down later where that fails', async () => {
    isAway = true;
    add('pay', 'a');
    await pass(limits.versionPrunesNotedMs);
    isAway = false;
    add('pay', 'a');
    await pass(limits.versionPrunesNotedMs);
    expect(recorded).toEqual([{ namespace: 'pay', secret: 'a', count: 2 }]);
  });

  it('name the namespaces for a while, and no more of them than there is room for', async () => {
    add('pay', 'a');
    await pass(limits.versionSkipsShownMs / 2);
    add('shop', 'a');
    expect(notes.namespaces).toEqual(['pay', 'shop']);
    await pass(limits.versionSkipsShownMs / 2 + 1);
    expect(notes.namespaces).toEqual(['shop']);
    for (let one = 0; one <= limits.versionSkipsNotedMax; one += 1) add(`n-${one}`, 'a');
    expect(notes.namespaces).toHaveLength(limits.versionSkipsNotedMax);
    await pass(0);
    expect(recorded.length).toBeGreaterThan(limits.versionSkipsNotedMax);
  });
});
