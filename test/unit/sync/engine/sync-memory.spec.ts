import { beforeEach, describe, expect, it } from 'vitest';
import type { Fingerprints } from '../../../../src/sync/domain/plan-sync.js';
import { nothingRemembered, type Remembered } from '../../../../src/sync/domain/sync-memory.js';
import { RecordedMemory } from '../../../../src/sync/engine/sync-memory.js';
import { Rows } from '../../shares/object-rows.builder.js';

const base = new Map([
  ['password', 'ab'],
  ['__proto__', 'cd'],
]);

const object = { uid: 'sync', namespace: 'pay', name: 'db' };

let rows: Rows;
const memory = (place = 'here') => new RecordedMemory(rows, { object, place });

beforeEach(() => {
  rows = new Rows();
});

const remembering = (one: Fingerprints): Remembered => ({ ...nothingRemembered, base: one });

describe('the memory of a sync', () => {
  it('is empty at first, and then as it was saved', async () => {
    const first = memory();
    expect(await first.recall()).toEqual(nothingRemembered);
    expect(await first.save(remembering(base))).toBe(true);
    const next = memory();
    expect(await next.recall()).toEqual(remembering(base));
    expect(await next.save(remembering(new Map()))).toBe(true);
    expect(await memory().recall()).toEqual(remembering(new Map()));
  });

  it('is saved several times in a round', async () => {
    const one = memory();
    await one.recall();
    expect(await one.save(remembering(base))).toBe(true);
    expect(await one.save(remembering(new Map([['user', 'ef']])))).toBe(true);
    expect(await memory().recall()).toEqual(remembering(new Map([['user', 'ef']])));
  });

  it('of another place counts as nothing, and is replaced', async () => {
    const there = memory('there');
    await there.recall();
    await there.save(remembering(base));
    const here = memory();
    expect(await here.recall()).toEqual(nothingRemembered);
    expect(await here.save(remembering(new Map([['user', 'ef']])))).toBe(true);
    expect(await memory().recall()).toEqual(remembering(new Map([['user', 'ef']])));
    expect(await memory('there').recall()).toEqual(nothingRemembered);
  });

  it('is not saved over that of another process', async () => {
    const [one, other] = [memory(), memory()];
    await one.recall();
    await other.recall();
    expect(await other.save(remembering(base))).toBe(true);
    expect(await one.save(remembering(new Map()))).toBe(false);
    expect(await memory().recall()).toEqual(remembering(base));
  });

  it('is unknown, and not empty, while the database cannot be used', async () => {
    rows.isDown = true;
    await expect(memory().recall()).rejects.toMatchObject({ code: 'Unavailable' });
    await expect(memory().save(remembering(base))).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('of another shape is no memory', async () => {
    rows.put({ uid: 'sync', resource: 'secretsyncs' }, { place: 'here' });
    await expect(memory().recall()).rejects.toThrow(Error);
  });
});
