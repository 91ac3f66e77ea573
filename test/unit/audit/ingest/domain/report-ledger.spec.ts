import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  annotation,
  type KubernetesAuditEvent,
} from '../../../../../src/audit/domain/kubernetes-event.js';
import { reportEvent, reportText } from '../../../../../src/audit/ingest/domain/report-event.js';
import {
  type KnownId,
  ReportLedger,
  type StoredReport,
} from '../../../../../src/audit/ingest/domain/report-ledger.js';
import type { ReportedEvent } from '../../../../../src/audit/ingest/domain/reported-event.js';
import { scaled } from '../../../../support/scale.js';
import { accountUser, gateway, ownEvent, report } from '../report-builders.js';

const ours: KnownId = {
  calls: [{ callIndex: 7, isAnnounced: false, event: ownEvent() }],
  isAnswered: false,
  reports: [],
};
const app = accountUser('system:serviceaccount:pay:app');
const direct = { user: app, impersonatedUser: undefined };
const soon = '2026-11-25T17:37:48.850001Z';
const later = { requestReceivedTimestamp: '2026-11-25T18:00:00.000001Z' };

const ledgerOf = (known: Record<string, KnownId> = {}) =>
  new ReportLedger(gateway, new Map(Object.entries(known)));
const judge = (one: ReportedEvent, known: Record<string, KnownId> = {}, mayWait = false) =>
  ledgerOf(known).judge(one, mayWait);
const marksOf = (event: KubernetesAuditEvent) =>
  event.annotations[annotation.marks]?.split(',') ?? [];

function stored(one: ReportedEvent, callIndex: number, isJoined: boolean): StoredReport {
  return { callIndex, isJoined, event: reportEvent(one, isJoined ? [] : ['bypassed']) };
}

describe('a report of a call of ours', () => {
  it('joins it, without being called anything', () => {
    const verdict = judge(report(), { 'upstream-1': ours });
    expect(verdict).toMatchObject({ kind: 'joined', callIndex: 7 });
  });

  it('is waited for as long as there is time, where our own event is missing', () => {
    expect(judge(report(), {}, true)).toEqual({ kind: 'early' });
    const verdict = judge(report(), {}, false);
    expect(verdict.kind === 'single' && marksOf(verdict.event)).toEqual([
      'bypassed',
      'gateway-account',
      'impersonated',
    ]);
  });

  it('joins once: the next one with its id is on its own, and is not waited for', () => {
    const ledger = ledgerOf({ 'upstream-1': ours });
    expect(ledger.judge(report(), true).kind).toBe('joined');
    const again = ledger.judge(report(later), true);
    expect(again.kind === 'single' && marksOf(again.event)).toEqual([
      'bypassed',
      'audit-id-reused',
      'gateway-account',
      'impersonated',
    ]);
  });

  it('joins once, also if that was earlier', () => {
    const reports = [stored(report(), 7, true)];
    expect(judge(report(later), { 'upstream-1': { ...ours, reports } }).kind).toBe('single');
  });

  it('joins with no other request under its id, also in a stage that was not reported yet', () => {
    const ledger = ledgerOf({ 'upstream-1': ours });
    expect(ledger.judge(report(), false).kind).toBe('joined');
    const other = ledger.judge(
      report({ stage: 'ResponseStarted', requestReceivedTimestamp: soon }),
      true,
    );
    expect(other.kind === 'single' && marksOf(other.event)).toContain('audit-id-reused');
    const reports = [stored(report(), 7, true)];
    const known = { 'upstream-1': { ...ours, reports } };
    expect(judge(report({ stage: 'Panic', requestReceivedTimestamp: soon }), known).kind).toBe(
      'single',
    );
  });

  it('joins with each of its stages', () => {
    const ledger = ledgerOf({ 'upstream-1': ours });
    const stages = ['ResponseStarted', 'ResponseComplete', 'Panic'];
    const kinds = stages.map((stage) => ledger.judge(report({ stage }), false).kind);
    expect(kinds).toEqual(['joined', 'joined', 'joined']);
  });
});

describe('a report of somebody else', () => {
  it('is an event of its own, at once', () => {
    const verdict = judge(report(direct), {}, true);
    expect(verdict.kind === 'single' && marksOf(verdict.event)).toEqual(['bypassed']);
  });

  it.each([
    ['of an upstream call', { 'upstream-1': ours }],
    ['that a caller was answered', { 'upstream-1': { ...ours, calls: [], isAnswered: true } }],
  ])('is marked where it carries an id %s', (_what, known) => {
    const verdict = judge(report(direct), known, true);
    expect(verdict.kind === 'single' && marksOf(verdict.event)).toEqual([
      'bypassed',
      'audit-id-reused',
    ]);
  });

  it('does not take the place of the one that it pretends to be', () => {
    const ledger = ledgerOf({ 'upstream-1': ours });
    expect(ledger.judge(report(direct), false).kind).toBe('single');
    expect(ledger.judge(report(), false).kind).toBe('joined');
  });
});

describe('a report that comes again', () => {
  it.each([
    ['joined', stored(report(), 7, true)],
    ['on its own', stored(report(), 9, false)],
  ])('is known, stored %s', (_what, one) => {
    expect(judge(report(), { 'upstream-1': { ...ours, reports: [one] } })).toEqual({
      kind: 'known',
    });
  });

  it('is known within one batch', () => {
    const ledger = ledgerOf();
    expect(ledger.judge(report(direct), false).kind).toBe('single');
    expect(ledger.judge(report(direct), false).kind).toBe('known');
  });

  it('is none where only its id and its stage are the same', () => {
    const reports = [stored(report(direct), 9, false)];
    const known = { 'upstream-1': { ...ours, reports } };
    expect(judge(report({ ...direct, ...later }), known).kind).toBe('single');
  });
});

describe('a request that is reported when it begins and when it ends', () => {
  const begun = { ...direct, verb: 'watch', stage: 'ResponseStarted' };
  const ended = { ...begun, stage: 'ResponseComplete' };

  it('is listed by its beginning, which its end joins', () => {
    const reports = [stored(report(begun), 9, false)];
    const known = { 'upstream-1': { calls: [], isAnswered: false, reports } };
    expect(judge(report(ended), known)).toMatchObject({ kind: 'joined', callIndex: 9 });
  });

  it('has its end put off until its beginning is stored', () => {
    const ledger = ledgerOf();
    expect(ledger.judge(report(begun), false).kind).toBe('single');
    expect(ledger.judge(report(ended), false)).toEqual({ kind: 'after its start' });
  });

  it('is listed by its end where its beginning was not reported', () => {
    expect(judge(report(ended)).kind).toBe('single');
  });

  it('is not joined to another one with the same id', () => {
    const reports = [stored(report(begun), 9, false)];
    const known = { 'upstream-1': { calls: [], isAnswered: false, reports } };
    expect(judge(report({ ...ended, ...later }), known).kind).toBe('single');
  });
});

it('the looks of the gateway at its own rights are of no interest', () => {
  const objectRef = { resource: 'secrets', name: 'sallyport_probe', apiVersion: 'v1' };
  expect(judge(report({ objectRef, responseStatus: { code: 404 } }), {}, true)).toEqual({
    kind: 'own probe',
  });
});

/** Guarantee: in whatever order reports arrive, and however often, none is lost or listed twice. */
it('each report is stored once, and each call of ours takes one of a stage', () => {
  const wish = fc.record({
    auditID: fc.constantFrom('upstream-1', 'upstream-2', 'other'),
    user: fc.constantFrom(app, accountUser('system:serviceaccount:sallyport:sallyport')),
    verb: fc.constantFrom('get', 'list'),
    stage: fc.constantFrom('ResponseComplete', 'Panic'),
    requestReceivedTimestamp: fc
      .integer({ min: 0, max: 3 })
      .map((index) => `2026-11-25T17:37:48.00000${index}Z`),
  });
  const second = ownEvent({ facts: { [annotation.upstreamIds]: 'upstream-2' } });
  const known = {
    'upstream-1': ours,
    'upstream-2': { ...ours, calls: [{ callIndex: 8, isAnnounced: false, event: second }] },
  };
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 60 }), (wishes) => {
      const ledger = ledgerOf(known);
      const texts = new Set<string>();
      const taken = new Set<string>();
      const times = new Map<string, string>();
      for (const one of wishes.map((given) => report(given))) {
        const verdict = ledger.judge(one, false);
        const text = reportText(reportEvent(one, []));
        expect(verdict.kind === 'known').toBe(texts.has(text));
        texts.add(text);
        if (verdict.kind !== 'joined') continue;
        const place = `${verdict.callIndex} ${one.stage}`;
        expect(taken.has(place)).toBe(false);
        taken.add(place);
        expect(times.get(one.auditId) ?? one.receivedAt).toBe(one.receivedAt);
        times.set(one.auditId, one.receivedAt);
        expect(one).toMatchObject({
          verb: 'get',
          user: { username: gateway.access && expect.any(String) },
        });
      }
    }),
    { numRuns: scaled(5_000, 300) },
  );
});
