import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { SyncRegistry } from '../../../../src/sync/domain/secret-syncs.js';
import { AbandonedRecords } from '../../../../src/sync/engine/abandoned-records.js';
import { NAMESPACE_UID } from '../../shares/domain/sharing.builder.js';
import { Rows } from '../../shares/object-rows.builder.js';
import { aSync } from '../domain/sync.builder.js';

const { recordsSoughtMs, recordsPageMax } = syncLimits;

let rows: Rows;
let syncs: SyncRegistry;
let found: string[];
let faults: unknown[];
let abandoned: AbandonedRecords;

beforeEach(() => {
  vi.useFakeTimers();
  rows = new Rows();
  syncs = new SyncRegistry();
  found = [];
  faults = [];
  abandoned = new AbandonedRecords({
    ...{ records: rows, knownSyncs: syncs },
    onFound: ({ uid, namespace, name }) => void found.push(`${uid} ${namespace}/${name}`),
    onFault: (error) => void faults.push(error),
  });
});
afterEach(() => {
  abandoned.stop();
  vi.useRealTimers();
});

function put(uid: string): void {
  const record = { place: 'x', base: [], sync: { namespace: 'pay', name: `sync-${uid}` } };
  rows.put({ uid, resource: 'secretsyncs' }, record);
}

it('finds records of syncs that the cluster does not have, on all pages', async () => {
  const { object } = aSync({}, {});
  syncs.put(object, NAMESPACE_UID);
  put(object.uid);
  for (let count = 0; count <= recordsPageMax; count += 1) put(`uid-${count}`);
  abandoned.start();
  await vi.advanceTimersByTimeAsync(recordsSoughtMs);
  expect(found).toHaveLength(recordsPageMax + 1);
  expect(found).toContain('uid-0 pay/sync-uid-0');
  expect(found.some((one) => one.startsWith(`${object.uid} `))).toBe(false);
});

it('leaves a record that does not name its sync', async () => {
  rows.put({ uid: 'old', resource: 'secretsyncs' }, { place: 'x', base: [] });
  abandoned.start();
  await vi.advanceTimersByTimeAsync(recordsSoughtMs);
  expect([found, faults]).toEqual([[], []]);
});

it('looks for none once it is stopped, and reports a failure', async () => {
  put('gone');
  abandoned.start();
  abandoned.stop();
  await vi.advanceTimersByTimeAsync(recordsSoughtMs);
  expect(found).toEqual([]);
  rows.isDown = true;
  abandoned.start();
  await vi.advanceTimersByTimeAsync(recordsSoughtMs);
  expect(faults).toEqual([unavailable('the database cannot be used')]);
});
