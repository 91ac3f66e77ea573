import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../../src/core/limits.js';
import {
  reportEvent,
  reportId,
  reportText,
} from '../../../../../src/audit/ingest/domain/report-event.js';
import { CanaryScanner, newCanary } from '../../../../support/canary.js';
import { scaled } from '../../../../support/scale.js';
import { readingAt, report, reportItem } from '../report-builders.js';
import { readReportedEvent } from '../../../../../src/audit/ingest/domain/reported-event.js';

describe('the stored event', () => {
  it('is what the cluster reported, and our facts beside it', () => {
    const extra = { 'authentication.kubernetes.io/credential-id': ['JTI=7'], 'x.dev/y': ['z'] };
    const user = { username: 'alice', uid: 'u1', groups: ['devs'], extra };
    const object = { resource: 'secrets', namespace: 'pay', name: 'db', uid: 'o1' };
    const wish = {
      user,
      objectRef: { ...object, resourceVersion: '7', apiVersion: 'v1' },
      responseStatus: { code: 403, reason: 'Forbidden', message: 'secrets "db" is forbidden' },
      annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' },
    };
    expect(reportEvent(report(wish), ['bypassed'])).toEqual({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: 'upstream-1',
      stage: 'ResponseComplete',
      requestURI: '/api/v1/namespaces/pay/secrets/db',
      verb: 'get',
      user,
      impersonatedUser: {
        username: 'system:serviceaccount:pay:app',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:pay', 'system:authenticated'],
      },
      authenticationMetadata: { impersonationConstraint: 'impersonate:serviceaccount' },
      sourceIPs: ['10.0.0.7'],
      userAgent: 'sallyport',
      objectRef: { ...object, resourceVersion: '7', apiVersion: 'v1' },
      responseStatus: { code: 403, reason: 'Forbidden' },
      requestReceivedTimestamp: '2026-11-25T17:37:48.849123Z',
      stageTimestamp: '2026-11-25T17:37:48.853456Z',
      annotations: {
        'authorization.k8s.io/decision': 'forbid',
        'authorization.k8s.io/reason': '',
        'sallyport.dev/action': 'secrets.reveal',
        'sallyport.dev/outcome': 'denied',
        'sallyport.dev/plane': 'none',
        'sallyport.dev/source': 'cluster',
        'sallyport.dev/marks': 'bypassed,impersonated',
        'sallyport.dev/credential-id': 'JTI=7',
      },
    });
  });

  it('has no query string, no error message and no annotation that could quote a Secret', () => {
    const canary = newCanary();
    const event = reportEvent(
      report({
        requestURI: `/api/v1/namespaces/pay/secrets/db?a=${encodeURIComponent(canary)}`,
        responseStatus: { code: 422, reason: canary, message: canary, details: { name: canary } },
        requestObject: { stringData: { a: canary } },
        annotations: {
          'patch.webhook.admission.k8s.io/round_0_index_0': canary,
          'validation.policy.admission.k8s.io/validation_failure': canary,
          'some-webhook.dev/said': canary,
          'sallyport.dev/marks': canary,
          'sallyport.dev/outcome': 'allowed',
        },
      }),
      [],
    );
    expect(CanaryScanner.forParts(canary).find(JSON.stringify(event))).toEqual([]);
    expect(event.annotations).toMatchObject({
      'sallyport.dev/outcome': 'failed',
      'sallyport.dev/marks': 'impersonated,bodies-dropped',
    });
  });

  it.each([
    ['a long path', { requestURI: `/${'x'.repeat(2_000)}` }],
    ['a long id', { auditID: 'x'.repeat(300) }],
    [
      'a name that no Secret has',
      { objectRef: { resource: 'secrets', name: 'a\0', apiVersion: 'v1' } },
    ],
    ['many groups', { user: { username: 'a', groups: Array(2_000).fill('group-name') } }],
  ])('is marked where it was cut: %s', (_what, wish) => {
    expect(reportEvent(report(wish), []).annotations['sallyport.dev/marks']).toMatch(/\breduced$/);
  });

  it('has an id by which it is looked for', () => {
    const auditID = `${'x'.repeat(300)}`;
    expect(reportEvent(report({ auditID }), []).auditID).toBe(reportId({ auditId: auditID }));
  });
});

describe('the text of a report', () => {
  it('is the same whatever we have added, and after it was stored', () => {
    const stored = reportEvent(report(), ['bypassed', 'audit-id-reused']);
    const text = reportText(reportEvent(report(), []));
    expect(reportText(stored)).toBe(text);
    expect(reportText(JSON.parse(JSON.stringify(stored)) as typeof stored)).toBe(text);
  });

  it.each([
    ['stage', { stage: 'Panic' }],
    ['user', { user: { username: 'mallory' } }],
    ['time', { requestReceivedTimestamp: '2026-11-25T17:37:48.849124Z' }],
    ['end', { stageTimestamp: '2026-11-25T17:37:48.853457Z' }],
    ['code', { responseStatus: { code: 404 } }],
  ])('is another one with another %s', (_what, wish) => {
    const text = (of: object) => reportText(reportEvent(report({ ...of }), []));
    expect(text(wish)).not.toBe(text({}));
  });
});

describe('whatever a caller of the API server puts into his request', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3_000 }),
    fc
      .constantFrom('\u0001', '"', '\\', '日', '\ud800')
      .chain((one) => fc.integer({ min: 0, max: 70_000 }).map((count) => one.repeat(count))),
  );
  const some = fc.array(texts, { maxLength: 20 });
  const user = fc.record({
    username: texts,
    uid: texts,
    groups: some,
    extra: fc.dictionary(texts, some, { maxKeys: 5 }),
  });
  const item = fc.record({
    auditID: texts.filter((text) => text !== ''),
    requestURI: texts,
    verb: texts,
    user,
    impersonatedUser: user,
    authenticationMetadata: fc.record({ impersonationConstraint: texts }),
    sourceIPs: some,
    userAgent: texts,
    objectRef: fc
      .record({
        namespace: texts,
        name: texts,
        uid: texts,
        resourceVersion: texts,
        apiVersion: texts,
      })
      .map((ref) => ({ ...ref, resource: 'secrets' })),
    responseStatus: fc.record({ code: fc.integer(), reason: texts, message: texts }),
    annotations: fc
      .tuple(texts, texts)
      .map(([reason, other]) => ({ 'authorization.k8s.io/reason': reason, [other]: other })),
  });

  it('the event is kept, and holds at most 64 KiB, no NUL and no half character', () => {
    fc.assert(
      fc.property(item, (wish) => {
        const reading = readReportedEvent(reportItem(wish), readingAt(Date.now()));
        if (reading.kind !== 'kept') throw new Error(reading.kind);
        const event = reportEvent(reading.event, ['bypassed', 'audit-id-reused']);
        const json = JSON.stringify(event);
        expect(Buffer.byteLength(json)).toBeLessThanOrEqual(limits.auditEventBytesMax);
        // oxlint-disable-next-line no-control-regex
        expect(json).not.toMatch(/[\u0000-\u001f]|\\u00[01]|\\ud[89a-f]/i);
        expect(reportText(JSON.parse(json) as typeof event)).toBe(reportText(event));
      }),
      { numRuns: scaled(2_000, 100) },
    );
  });
});
