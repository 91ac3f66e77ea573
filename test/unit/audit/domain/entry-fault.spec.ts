import { describe, expect, it } from 'vitest';
import { entryFault, searchFault } from '../../../../src/audit/domain/entry-fault.js';
import { entryRows } from '../../../../src/audit/domain/entry-rows.js';
import type { AuditEntries } from '../../../../src/platform/storage/schema.js';
import { rowMac } from '../../../unit/encryption/row-integrity.builder.js';

const json = JSON.stringify({
  ...{ auditID: 'a', stage: 'ResponseComplete', user: { username: 'alice', groups: ['dev'] } },
  ...{ sourceIPs: ['10.0.0.1'], requestReceivedTimestamp: '2026-11-29T00:00:00.000000Z' },
  annotations: { 'sallyport.dev/action': 'secrets.get', 'sallyport.dev/keys': 'password' },
});
const { entry } = entryRows({ json, stage: 'single' }, 7, { mac: rowMac() });

describe('a stored entry', () => {
  it('has no fault as it was written', () => {
    expect(entryFault(entry)).toBeUndefined();
    expect(searchFault(entry)).toBeUndefined();
  });

  const faults: readonly (readonly [string, Partial<AuditEntries>])[] = [
    ['event', { event: Buffer.from('{}') }],
    ['event', { leaf_hash: new Uint8Array(32) }],
    ['source', { source: 'cluster' }],
    ['stage', { stage: 'intent' }],
    ['call_index', { call_index: 6 }],
    ['call_index', { stage: 'outcome', call_index: 8 }],
  ];

  it.each(faults)('has a fault in what the event proves: %s', (fault, change) => {
    expect(entryFault({ ...entry, ...change })).toBe(fault);
  });

  it.each(['user', 'namespace', 'action', 'outcome', 'code', 'keys', 'time_ms'] as const)(
    'misleads searches by %s where that is another one than in the event',
    (column) => {
      const other = typeof entry[column] === 'number' ? 1 : 'other';
      expect(searchFault({ ...entry, [column]: other })).toBe(column);
    },
  );

  it('of SQLite has no columns to mislead by', () => {
    const { leaf_index, stage, call_index, source, leaf_hash, event, mac } = entry;
    expect(
      searchFault({ leaf_index, stage, call_index, source, leaf_hash, event, mac }),
    ).toBeUndefined();
  });
});
