import { beforeEach, describe, expect, it } from 'vitest';
import { RecordedMemory } from '../../../../src/sync/engine/sync-memory.js';
import { Rows } from '../../shares/object-rows.builder.js';

const base = new Map([
  ['password', 'ab'],
  ['__proto__', 'cd'],
]);

let rows: Rows;
const memory = (place = 'here') => new RecordedMemory(rows, { uid: 'sync', place });

beforeEach(() => {
  rows = new Rows();
});

describe('the memory of a sync', () => {
  it('is empty at first, and then as it was saved', async () => {
    const first = memory();
    expect(await first.base()).toBeUndefined();
    expect(await first.save(base)).toBe(true);
    const next = memory();
    expect(await next.base()).toEqual(base);
    expect(await next.save(new Map())).toBe(true);
    expect(await memory().base()).toEqual(new Map());
  });

  it('is saved several times in a round', async () => {
    const one = memory();
    await one.base();
    expect(await one.save(base)).toBe(true);
    expect(await one.save(new Map([['user', 'ef']]))).toBe(true);
    expect(await memory().base()).toEqual(new Map([['user', 'ef']]));
  });

  it('of another place counts as nothing, and is replaced', async () => {
    const there = memory('there');
    await there.base();
    await there.save(base);
    const here = memory();
    expect(await here.base()).toBeUndefined();
    expect(await here.save(new Map([['user', 'ef']]))).toBe(true);
    expect(await memory().base()).toEqual(new Map([['user', 'ef']]));
    expect(await memory('there').base()).toBeUndefined();
  });

  it('is not saved over that of another process', async () => {
    const [one, other] = [memory(), memory()];
    await one.base();
    await other.base();
    expect(await other.save(base)).toBe(true);
    expect(await one.save(new Map())).toBe(false);
    expect(await memory().base()).toEqual(base);
  });

  it('is unknown, and not empty, while the database cannot be used', async () => {
    rows.isDown = true;
    await expect(memory().base()).rejects.toMatchObject({ code: 'Unavailable' });
    await expect(memory().save(base)).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('of another shape is no memory', async () => {
    rows.put({ uid: 'sync', resource: 'secretsyncs' }, { place: 'here' });
    await expect(memory().base()).rejects.toThrow(Error);
  });
});
