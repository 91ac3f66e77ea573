import { describe, expect, it } from 'vitest';
import { answeredReview, parseReview } from '../../../../src/admission/domain/admission-review.js';
import { admissionLimits } from '../../../../src/core/admission-limits.js';
import { invalidAt } from '../../../../src/core/errors/sallyport-error.js';

const metadata = { namespace: 'pay', name: 'db' };
const object = { kind: 'Secret', apiVersion: 'v1', metadata, data: { password: 'cHc=' } };
const oldObject = { ...object, data: { password: '' } };
const creation = { uid: 'a-1', operation: 'CREATE', userInfo: { username: 'mallory' }, object };
const update = { ...creation, operation: 'UPDATE', oldObject };

const bytes = (document: unknown) => Buffer.from(JSON.stringify(document));
const review = (request: unknown) =>
  bytes({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });

describe('a review', () => {
  it('of a creation has the state after', () => {
    const parsed = parseReview(review({ ...creation, oldObject: null, dryRun: false }));
    const write = { verb: 'create', username: 'mallory', before: undefined, after: metadata };
    expect(parsed).toMatchObject({ uid: 'a-1', write: { ...write, isDryRun: false } });
  });

  it('of an update has both states', () => {
    const { write } = parseReview(review({ ...update, dryRun: true }));
    const texts = [write?.before, write?.after].map((state) =>
      state?.data.get('password')?.revealText(),
    );
    expect(texts).toEqual(['', 'pw']);
    expect(write).toMatchObject({ isDryRun: true, isEnding: false });
  });

  it('tells a Secret that is being deleted', () => {
    const ending = {
      ...object,
      metadata: { ...metadata, deletionTimestamp: '2026-12-01T00:00:00Z' },
    };
    expect(parseReview(review({ ...update, object: ending })).write?.isEnding).toBe(true);
  });

  it('takes null for an empty value, as the API server does', () => {
    const { write } = parseReview(
      review({ ...creation, object: { ...object, data: { pad: null } } }),
    );
    expect(write?.after.data.get('pad')?.sizeBytes).toBe(0);
  });

  it.each([
    ['with values that are not base64', { object: { ...object, data: { a: 'hunter2!' } } }],
    ['about an update of nothing', { operation: 'UPDATE', oldObject: null }],
  ])('has no write to check: %s', (_case, more) => {
    expect(parseReview(review({ ...creation, ...more }))).toEqual({ uid: 'a-1', write: undefined });
  });

  it.each([
    ['no document', Buffer.from('{')],
    ['no review', bytes({ kind: 'Secret', apiVersion: 'v1' })],
    ['one of another version', bytes({ kind: 'AdmissionReview', apiVersion: 'v1', request: {} })],
    ['about nothing', review(undefined)],
    ['without an id', review({ ...creation, uid: undefined })],
    ['with an id that is no id', review({ ...creation, uid: 'a b' })],
    ['about a deletion', review({ ...update, operation: 'DELETE' })],
    ['about a member of every object', review({ ...creation, operation: 'constructor' })],
    ['about another object', review({ ...creation, object: { ...object, kind: 'Pod' } })],
  ])('is refused without a quote: %s', (_case, body) => {
    let message = '';
    try {
      parseReview(body);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/^SallyportError: the (body|review) /);
    expect(message).not.toContain('hunter2');
  });

  it('is refused before it is parsed if it is deep, or has many members', () => {
    const { reviewDepthMax, reviewMembersMax } = admissionLimits;
    const deep = '['.repeat(reviewDepthMax + 1);
    expect(() => parseReview(Buffer.from(deep))).toThrow('nested deeper');
    const wide = `[${'1,'.repeat(reviewMembersMax + 1)}1]`;
    expect(() => parseReview(Buffer.from(wide))).toThrow('members and list items');
  });
});

describe('the answer', () => {
  const responseOf = (verdict: Parameters<typeof answeredReview>[1]) =>
    answeredReview('a-1', verdict)['response'];

  it('allows', () => {
    expect(answeredReview('a-1', { isAllowed: true, warnings: [] })).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'a-1', allowed: true },
    });
  });

  it('has bounded warnings', () => {
    const warnings = Array.from({ length: 30 }, () => 'x'.repeat(1_000));
    const kept = Array.from({ length: 16 }, () => 'x'.repeat(256));
    expect(responseOf({ isAllowed: true, warnings })).toMatchObject({ warnings: kept });
  });

  it('refuses with a bounded sentence', () => {
    const refusal = invalidAt('/data/password', 'x'.repeat(10_000));
    const response = responseOf({ isAllowed: false, refusal });
    expect(response).toMatchObject({ uid: 'a-1', allowed: false, status: { code: 422 } });
    expect(JSON.stringify(response).length).toBeLessThan(4_300);
  });
});
