import { describe, expect, it } from 'vitest';
import {
  MissingEntries,
  goneRecordIn,
} from '../../../../../src/audit/log/domain/missing-entries.js';
import type { AuditFacts } from '../../../../../src/audit/domain/audit-event.js';
import { signLostEntries } from '../../../../../src/audit/log/domain/acceptance.js';
import { eventOf } from '../../audit-builders.js';
import { newSigner } from './signers.js';

const signer = newSigner();
const verifiers = [signer.verifier];
const recordIn = (bytes: Buffer) => goneRecordIn(bytes, 1_000, verifiers);

const bytesOf = (facts: AuditFacts) => Buffer.from(JSON.stringify(eventOf({ facts })));
const pruned = (to: number) =>
  bytesOf({ action: 'audit.prune', log: { prunedFrom: 0, prunedTo: to } });
const accepted = (to: number, by = signer) =>
  bytesOf({
    action: 'audit.acceptRollback',
    log: { prunedTo: to, acceptanceNote: signLostEntries(to, by) },
  });

describe('an entry', () => {
  it('tells which others are gone, and whether they were pruned or lost', () => {
    expect(recordIn(pruned(512))).toEqual({ below: 512, isLoss: false });
    expect(recordIn(accepted(512))).toEqual({ below: 512, isLoss: true });
  });

  it('tells nothing of that where it is another one, or a report of the cluster', () => {
    expect(recordIn(bytesOf({ action: 'audit.anchor', log: { prunedTo: 5 } }))).toBeUndefined();
    expect(recordIn(bytesOf({ action: 'audit.prune' }))).toBeUndefined();
    const event = eventOf({ facts: { action: 'audit.prune', log: { prunedTo: 5 } } });
    const annotations = { ...event.annotations, 'sallyport.dev/source': 'cluster' };
    const report = Buffer.from(JSON.stringify({ ...event, annotations }));
    expect(recordIn(report)).toBeUndefined();
  });

  it('tells nothing of a loss that no key of the log has accepted', () => {
    const unsigned = bytesOf({ action: 'audit.acceptRollback', log: { prunedTo: 512 } });
    expect(recordIn(unsigned)).toBeUndefined();
    expect(recordIn(accepted(512, newSigner()))).toBeUndefined();
  });
});

describe('entries that are gone', () => {
  function over(first: number, entries: readonly Buffer[], agreed: readonly number[] = []) {
    const gone = new MissingEntries(agreed);
    gone.beginAt(first);
    entries.forEach((bytes, at) => gone.entry(first + at, bytes, verifiers));
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
