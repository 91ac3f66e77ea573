import { describe, expect, it } from 'vitest';
import { ListProgress } from '../../src/http/list-progress.js';

describe('ListProgress', () => {
  it('knows of which revision each object was read', () => {
    const progress = new ListProgress();
    progress.note('b', 5);
    progress.note('d', 5);
    progress.note('f', 9);
    expect(progress.last).toBe('f');
    expect(progress.isComplete).toBe(false);
    progress.note(undefined, 12);
    expect(progress.isComplete).toBe(true);
    const expected = { a: 5, b: 5, c: 5, d: 5, e: 9, f: 9, g: 12, z: 12 };
    const found = Object.keys(expected).map((path) => [path, progress.revisionAt(path)]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it('orders names as the database does, by bytes', () => {
    const progress = new ListProgress();
    progress.note('\uffee', 5);
    progress.note(undefined, 9);
    // Behind it in UTF-8, before it in UTF-16.
    expect(progress.revisionAt('\u{1f600}')).toBe(9);
  });
});
