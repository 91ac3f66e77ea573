import { describe, expect, it } from 'vitest';
import type { AuditAction } from '../../../../src/audit/domain/audit-event.js';
import type { AuditEventView } from '../../../../src/audit/domain/audit-view.js';
import {
  explainingWrites,
  isOnlyWriteAmong,
} from '../../../../src/audit/domain/explaining-writes.js';
import { eventOf } from '../audit-builders.js';

const atMs = Date.parse('2026-01-02T03:04:05.678Z');
const writes = [
  'secrets.create',
  'secrets.update',
  'secrets.patch',
  'secrets.delete',
  'versions.restore',
  'imports.deliver',
  'imports.withdraw',
  'syncs.pull',
] as const satisfies readonly AuditAction[];

function intentOf(action: AuditAction) {
  return eventOf({ stage: 'intent', facts: { action }, receivedAtMs: atMs });
}

type Other = Parameters<typeof isOnlyWriteAmong>[1][number];

function other(wish: Partial<AuditEventView> & { readonly afterMs?: number } = {}): Other {
  const { afterMs = 0, ...parts } = wish;
  return {
    ...{ source: 'gateway', namespace: 'pay', secret: 'db', auditId: 'other' },
    action: 'secrets.update',
    time: new Date(atMs + afterMs).toISOString(),
    ...parts,
  };
}

describe.each(writes)('an intent of %s', (action) => {
  const intent = intentOf(action);

  it.each(writes)('is not the only write with a %s from a minute before onwards', (another) => {
    const found = [
      ['an hour later', 3_600_000],
      ['in the next second', 400],
      ['at the same time', 0],
      ['in the same second before', -1],
      ['in the second before', -679],
      ['a minute before', -60_000],
      // Kubernetes counts seconds, and a write may run for a minute.
      ['a minute before the second began', -60_678],
    ] as const;
    for (const [when, afterMs] of found) {
      expect(isOnlyWriteAmong(intent, [other({ action: another, afterMs })]), when).toBe(false);
    }
    expect(isOnlyWriteAmong(intent, [other({ action: another, afterMs: -60_679 })])).toBe(true);
  });

  it('is the only write in addition to other events', () => {
    for (const event of [
      other({ action: 'secrets.reveal' }),
      other({ action: 'imports.update' }),
      // It reads the Secret.
      other({ action: 'syncs.push' }),
      other({ secret: 'another' }),
      other({ namespace: 'another' }),
      // Its field manager is no gateway.
      other({ source: 'cluster' }),
      other({ auditId: intent.auditID, action }),
    ]) {
      expect(isOnlyWriteAmong(intent, [event])).toBe(true);
    }
    expect(isOnlyWriteAmong(intent, [])).toBe(true);
  });

  it('is searched with the writes of its Secret of that time', () => {
    expect(explainingWrites(intent)).toEqual({
      ...{ source: 'gateway', namespace: 'pay', secret: 'db', action: writes },
      sinceMs: Date.parse('2026-01-02T03:03:05.000Z'),
    });
  });
});
