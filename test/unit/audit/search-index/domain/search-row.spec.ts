import { expect, it } from 'vitest';
import { searchRowOf } from '../../../../../src/audit/search-index/domain/search-row.js';
import { eventOf } from '../../audit-builders.js';

const atMs = Date.parse('2026-01-02T03:04:05.678Z');
const place = { leaf_index: 7, call_index: 7, stage: 'single', source: 'gateway' } as const;
const json = JSON.stringify(eventOf({ result: { upstreamIds: ['u-1', 'u-2'] } }));

it('has what an event is found by, and the calls to the cluster that it lists', () => {
  const found = searchRowOf({ ...place, json, written_ms: atMs });
  expect(found?.row).toMatchObject({ ...place, user: 'alice', secret: 'db', time_ms: atMs });
  expect(found?.row.upstream).toBe('\nu-1\nu-2\n');
  expect(found?.names.filter(({ kind }) => kind === 'upstream')).toHaveLength(2);
});

it.each([
  ['was written then', { written_ms: atMs + 1_000 }, 0],
  ['was written much later', { written_ms: atMs + 61_000 }, 1],
  ['has its time from an older version', { written_ms: null, time_ms: atMs }, 0],
])('counts an event as late by when it was written: %s', (_, times, late) => {
  const names = searchRowOf({ ...place, json, ...times })?.names ?? [];
  expect(names.filter(({ kind }) => kind === 'late')).toHaveLength(late);
});

it.each(['', 'no event', '{}', 'null'])('has nothing of %j, which is no event', (text) => {
  expect(searchRowOf({ ...place, json: text, written_ms: atMs })).toBeUndefined();
});
