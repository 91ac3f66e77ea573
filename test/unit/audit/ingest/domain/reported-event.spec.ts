import { describe, expect, it } from 'vitest';
import { readReportedEvent } from '../../../../../src/audit/ingest/domain/reported-event.js';
import { readingAt, report, reportItem } from '../report-builders.js';

const kindOf = (item: unknown) => readReportedEvent(item, readingAt(Date.now())).kind;

describe('an item of a batch', () => {
  it('is kept with what level Metadata carries, and nothing else', () => {
    const event = report({
      level: 'RequestResponse',
      requestObject: { data: { a: 'dmFsdWU=' } },
      responseObject: { data: { a: 'dmFsdWU=' } },
      responseStatus: {
        code: 422,
        reason: 'Invalid',
        message: 'value',
        details: { name: 'value' },
      },
      unheardOf: 'value',
    });
    expect(event).toMatchObject({ code: 422, reason: 'Invalid', hasBodies: true });
    expect(JSON.stringify(event)).not.toMatch(/value|dmFsdWU/);
  });

  it.each([
    ['another resource', { objectRef: { resource: 'configmaps', apiVersion: 'v1' } }],
    ['Secrets of another group', { objectRef: { resource: 'secrets', apiGroup: 'x.dev' } }],
    ['no object', { objectRef: undefined }],
    ['a request whose answer is still to come', { stage: 'RequestReceived' }],
  ])('is not kept where it is about %s', (_what, wish) => {
    expect(kindOf(reportItem(wish))).toBe('not kept');
  });

  it.each(['ResponseStarted', 'ResponseComplete', 'Panic'])('is kept of stage %s', (stage) => {
    expect(report({ stage }).stage).toBe(stage);
  });

  it.each([
    ['stage', { stage: 'Later' }],
    ['level', { level: 'Everything' }],
    ['level', { level: undefined }],
    ['auditID', { auditID: '' }],
    ['auditID', { auditID: 7 }],
    ['requestReceivedTimestamp', { requestReceivedTimestamp: null }],
    ['stageTimestamp', { stageTimestamp: 'yesterday' }],
    ['stageTimestamp', { stageTimestamp: '2026-02-30T00:00:00Z' }],
    ['requestReceivedTimestamp', { requestReceivedTimestamp: '2026-02-30T00:00:00Z' }],
    ['requestReceivedTimestamp', { requestReceivedTimestamp: '2026-04-31T00:00:00.000000Z' }],
    ['requestReceivedTimestamp', { requestReceivedTimestamp: '+010000-01-01T00:00:00Z' }],
    ['user', { user: ['mallory'] }],
    ['user', { user: undefined }],
    ['verb', { verb: 7 }],
    ['requestURI', { requestURI: ['x'] }],
    ['responseStatus', { responseStatus: 200 }],
    ['objectRef', { objectRef: { resource: 'secrets', namespace: 'pay', name: 7 } }],
  ])('is kept with what is readable of it without a right %s, and says so', (_member, wish) => {
    expect(report().isIntact).toBe(true);
    const event = report(wish);
    expect(event.isIntact).toBe(false);
    expect(event.object.namespace).toBe('pay');
  });

  it('without an id, a stage or a time has others in their place', () => {
    expect(report({ auditID: undefined }).auditId).toBe('substitute');
    expect(report({ stage: 7 }).stage).toBe('ResponseComplete');
    const stageTimestamp = '2026-11-25T17:37:48.853456Z';
    const received = report({ requestReceivedTimestamp: 7 });
    expect(received).toMatchObject({ receivedAt: stageTimestamp, isTimeImplausible: false });
    expect(report({ requestReceivedTimestamp: 7, stageTimestamp: 7 })).toMatchObject({
      receivedAt: '0000-01-01T00:00:00.000000Z',
      stageAt: '0000-01-01T00:00:00.000000Z',
      isTimeImplausible: true,
    });
  });

  it('is kept, and says so, where its bytes were not intact', () => {
    const context = { ...readingAt(0), isIntact: false };
    const event = { isIntact: false };
    expect(readReportedEvent(reportItem(), context)).toMatchObject({ kind: 'kept', event });
    const other = reportItem({ objectRef: { resource: 'pods' } });
    expect(readReportedEvent(other, context)).toEqual({ kind: 'unreadable' });
  });

  it.each([
    null,
    7,
    'text',
    [],
    { objectRef: 'secrets' },
    { objectRef: { resource: ['secrets'] } },
  ])('is unreadable where it is %j', (item) => {
    expect(kindOf(item)).toBe('unreadable');
  });

  it.each([
    ['2026-11-25T12:05:00.000000Z', false],
    ['2026-11-25T12:05:00.001000Z', true],
    ['9999-12-31T23:59:59-23:59', true],
    ['1970-01-01T00:00:00Z', false],
    ['0000-01-01T00:00:00Z', true],
  ])('is kept of %s at noon, implausible: %s', (requestReceivedTimestamp, isImplausible) => {
    const noonMs = Date.parse('2026-11-25T12:00:00Z');
    const item = reportItem({ requestReceivedTimestamp });
    expect(readReportedEvent(item, readingAt(noonMs))).toMatchObject({
      kind: 'kept',
      event: { receivedAt: requestReceivedTimestamp, isTimeImplausible: isImplausible },
    });
  });

  it('is readable whatever its caller has put into it', () => {
    const wishes = [
      { user: {}, impersonatedUser: null, annotations: null, sourceIPs: null, userAgent: 7 },
      { user: { username: 7, groups: [7, 'a'], extra: { a: [7, 'b'], c: 'd' } } },
      { responseStatus: { code: 'x', reason: 7 }, annotations: { a: 7 } },
      { responseStatus: { code: -1 }, verb: undefined, requestURI: ['x'] },
    ];
    for (const wish of wishes) expect(kindOf(reportItem(wish))).toBe('kept');
    expect(report(wishes[1]).user).toEqual({
      username: '',
      uid: '',
      groups: ['a'],
      extra: { a: ['b'], c: [] },
    });
  });

  it('is not kept where it is about no object, as a request for /healthz is', () => {
    expect(kindOf({})).toBe('not kept');
    expect(kindOf({ objectRef: null })).toBe('not kept');
  });
});
