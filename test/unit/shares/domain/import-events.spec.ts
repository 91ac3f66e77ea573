import { describe, expect, it } from 'vitest';
import {
  type ImportChange,
  importEventFrame,
  importEvents,
} from '../../../../src/shares/domain/import-events.js';

const change = (name: string, rest: Partial<ImportChange> = {}): ImportChange => {
  return { namespace: 'shop', name, uid: `uid-${name}`, etag: '"1"', state: 'Ready', ...rest };
};
const mapOf = (...changes: readonly ImportChange[]) =>
  new Map(changes.map((one) => [one.name, one]));

describe('the events between two states', () => {
  it('are one added for each import that is new', () => {
    expect(importEvents(mapOf(), mapOf(change('a'), change('b')))).toEqual([
      { type: 'added', change: change('a') },
      { type: 'added', change: change('b') },
    ]);
  });

  it.each([{ etag: '"2"' }, { state: 'NotGranted' as const }])('are modified by %j', (rest) => {
    const now = change('a', rest);
    expect(importEvents(mapOf(change('a')), mapOf(now))).toEqual([
      { type: 'modified', change: now },
    ]);
  });

  it('are none for what has not changed', () => {
    expect(importEvents(mapOf(change('a')), mapOf(change('a')))).toEqual([]);
  });

  it('are deleted, as it was last, for what is gone', () => {
    expect(importEvents(mapOf(change('a')), mapOf())).toEqual([
      { type: 'deleted', change: change('a') },
    ]);
  });

  it('are deleted and added for what was recreated', () => {
    const again = change('a', { uid: 'another' });
    expect(importEvents(mapOf(change('a')), mapOf(again))).toEqual([
      { type: 'deleted', change: change('a') },
      { type: 'added', change: again },
    ]);
  });
});

describe('a server-sent event', () => {
  it('has the import as its data, and no id', () => {
    const frame = importEventFrame({ type: 'added', change: change('a') });
    const [, data = ''] = /^event: added\ndata: (.*)\n\n$/.exec(frame) ?? [];
    expect(JSON.parse(data)).toEqual(change('a'));
  });

  it('has no data as a bookmark', () => {
    expect(importEventFrame({ type: 'bookmark' })).toBe('event: bookmark\ndata: {}\n\n');
  });
});
