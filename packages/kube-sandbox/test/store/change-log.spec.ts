import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bounds } from '../../src/store/sandbox-bounds.js';
import { changeLimits } from '../../../../test/support/changed-limits.js';
import { objectOf, secretAt, StoreFolder } from './store.builder.js';

const bytesMax = 20_000;
changeLimits([bounds], { changesKeptBytesMax: bytesMax });

let folder: StoreFolder;

function write(name: string, length: number, character = 'x'): void {
  const data = { value: character.repeat(length) };
  folder.store.put(secretAt(name), objectOf('Secret', { name }, { data }));
}

const kept = (since = folder.store.changes.floor) => [
  ...folder.store.changes.after(since, 'secrets', ''),
];

beforeEach(() => {
  folder = new StoreFolder();
});

afterEach(() => {
  folder.remove();
});

describe('the change log', () => {
  it('keeps what is within its bytes, the oldest go first', () => {
    for (let index = 0; index < 50; index += 1) write(`s${index}`, 1_000);
    const changes = kept();
    const bytes = changes.reduce((sum, { object }) => sum + object.length, 0);
    expect(bytes).toBeLessThanOrEqual(bytesMax);
    expect(bytes).toBeGreaterThan(bytesMax - 2_000);
    expect(changes.at(-1)?.name).toBe('s49');
    expect(changes[0]?.revision).toBe(folder.store.changes.floor + 1);
  });

  it('counts bytes, and those of the state before too', () => {
    for (let index = 0; index < 10; index += 1) write('same', 1_500, 'ä');
    const bytes = kept().reduce(
      (sum, { object, previous = '' }) => sum + Buffer.byteLength(object + previous),
      0,
    );
    expect(bytes).toBeLessThanOrEqual(bytesMax);
    expect(kept().length).toBeLessThan(5);
  });

  it('keeps the latest change, whatever its size, and with it the revision', () => {
    write('a', 1_000);
    write('large', 2 * bytesMax);
    expect(kept().map(({ name }) => name)).toEqual(['large']);
    expect(folder.reopen().revision).toBe(2);
    expect(folder.store.changes.floor).toBe(1);
    write('b', 1_000);
    expect(kept().map(({ name, revision }) => `${name} ${revision}`)).toEqual(['b 3']);
  });

  it('knows its bytes again after a restart', () => {
    for (let index = 0; index < 10; index += 1) write(`s${index}`, 1_800);
    folder.reopen();
    for (let index = 10; index < 14; index += 1) write(`s${index}`, 1_800);
    expect(kept().length).toBeLessThan(11);
    expect(kept().at(-1)?.name).toBe('s13');
  });

  it('is read in pieces', () => {
    for (const name of ['a', 'b', 'c']) write(name, 10);
    const first = [...folder.store.changes.after(0, 'secrets', '', 2)];
    expect(first.map(({ name }) => name)).toEqual(['a', 'b']);
    const rest = kept(first.at(-1)?.revision);
    expect(rest.map(({ name }) => name)).toEqual(['c']);
  });

  it('does not count what was rolled back', () => {
    write('a', 10);
    const { changes } = folder.store;
    const before = folder.store.revision;
    const change = { ...secretAt('b'), type: 'ADDED', object: '{}', previous: undefined } as const;
    // The revision is taken, so that the second write cannot be stored.
    expect(() => changes.append({ ...change, revision: before })).toThrow('UNIQUE');
    expect(folder.store.revision).toBe(before);
    write('c', 10);
    expect(kept(0).map(({ name }) => name)).toEqual(['a', 'c']);
  });
});
