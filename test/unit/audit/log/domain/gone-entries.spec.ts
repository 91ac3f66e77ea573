import { describe, expect, it } from 'vitest';
import { GoneEntries, goneRecordIn } from '../../../../../src/audit/log/domain/gone-entries.js';
import type { AuditFacts } from '../../../../../src/audit/domain/audit-event.js';
import { eventOf } from '../../audit-builders.js';

const bytesOf = (facts: AuditFacts) => Buffer.from(JSON.stringify(eventOf({ facts })));
const pruned = (to: number) =>
  bytesOf({ action: 'audit.prune', log: { prunedFrom: 0, prunedTo: to } });
const accepted = (to: number) => bytesOf({ action: 'audit.acceptRollback', log: { prunedTo: to } });

describe('an entry', () => {
  it('tells which others are gone, and whether they were pruned or lost', () => {
    expect(goneRecordIn(pruned(512))).toEqual({ below: 512, isLoss: false });
    expect(goneRecordIn(accepted(512))).toEqual({ below: 512, isLoss: true });
  });

  it('tells nothing of that where it is another one, or a report of the cluster', () => {
    expect(goneRecordIn(bytesOf({ action: 'audit.anchor', log: { prunedTo: 5 } }))).toBeUndefined();
    expect(goneRecordIn(bytesOf({ action: 'audit.prune' }))).toBeUndefined();
    const event = eventOf({ facts: { action: 'audit.prune', log: { prunedTo: 5 } } });
    const annotations = { ...event.annotations, 'sallyport.dev/source': 'cluster' };
    const report = Buffer.from(JSON.stringify({ ...event, annotations }));
    expect(goneRecordIn(report)).toBeUndefined();
  });
});

describe('entries that are gone', () => {
  function over(first: number, entries: readonly Buffer[], agreed: readonly number[] = []) {
    const gone = new GoneEntries(agreed);
    gone.beginAt(first);
    entries.forEach((bytes, at) => gone.entry(first + at, bytes));
    return gone;
  }

  it('are no fault where an event says that so many or more were to be pruned', () => {
    expect(over(0, []).fault).toBeUndefined();
    expect(over(512, [pruned(256), pruned(512)]).fault).toBeUndefined();
    expect(over(512, [pruned(768)]).fault).toBeUndefined();
  });

  it('are a fault where none says so', () => {
    const fault = over(512, [pruned(256)]).fault;
    expect(fault).toMatchObject({ from: 0, to: 511 });
    expect(fault?.reason).toMatch(/first 512 entries .* are gone, and no event says/);
  });

  it('are given up where the verifier knows of the event that accepts their loss', () => {
    expect(over(512, [accepted(512)]).fault?.reason).toContain('(--accept-rollback 512)');
    const agreed = over(512, [accepted(512)], [512]);
    expect(agreed.fault).toBeUndefined();
    expect(agreed.used).toEqual([512]);
    expect(over(512, [accepted(256)], [512]).fault).toBeDefined();
    expect(over(512, [accepted(512), pruned(512)], [512]).used).toEqual([]);
  });
});
