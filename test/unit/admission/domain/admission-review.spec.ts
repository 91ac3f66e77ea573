import { describe, expect, it } from 'vitest';
import {
  answeredReview,
  parseHead,
  parseReview,
} from '../../../../src/admission/domain/admission-review.js';
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
  it('of a creation has its facts and states', async () => {
    const parsed = await parseReview(review({ ...creation, oldObject: null, dryRun: false }));
    const write = { verb: 'create', username: 'mallory', ...metadata, isDryRun: false };
    expect(parsed).toEqual({ uid: 'a-1', write, states: { object, oldObject: null } });
  });

  it('of an update has both states', async () => {
    const { write, states } = await parseReview(review({ ...update, dryRun: true }));
    expect(write).toMatchObject({ verb: 'update', isDryRun: true });
    expect(states).toEqual({ object, oldObject });
  });

  it('has the place of the request if its object names none', async () => {
    const request = { ...creation, ...metadata, object: { kind: 'Secret' } };
    expect((await parseReview(review(request))).write).toMatchObject(metadata);
  });

  it('has no states beyond the members, but the facts that come before', async () => {
    const { object: _object, ...facts } = creation;
    const values = Array.from({ length: admissionLimits.reviewMembersMax }, () => 'hunter2');
    const large = { ...facts, kind: { kind: 'Secret' }, ...metadata, object: { values } };
    const write = { verb: 'create', username: 'mallory', ...metadata, isDryRun: false };
    const parsed = await parseReview(review(large));
    expect(parsed).toEqual({ uid: 'a-1', write, states: undefined });
  });

  it('leaves a turn to other work before it is parsed', async () => {
    let isDone = false;
    setImmediate(() => {
      isDone = true;
    });
    await parseReview(review(creation));
    expect(isDone).toBe(true);
  });

  it('has a head that is parsed alone', () => {
    const { object: _object, ...facts } = creation;
    const body = review({ ...facts, kind: { kind: 'Secret' }, ...metadata, object, dryRun: true });
    const write = { verb: 'create', username: 'mallory', ...metadata, isDryRun: false };
    expect(parseHead(body)).toEqual({ uid: 'a-1', write, states: undefined });
    expect(parseHead(Buffer.from('{'))).toBeUndefined();
    expect(parseHead(Buffer.from('x,"object":{'))).toBeUndefined();
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
  ])('is refused without a quote: %s', async (_case, body) => {
    let message = '';
    try {
      await parseReview(body);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/^SallyportError: the (body|review) /);
    expect(message).not.toContain('hunter2');
  });

  it('is refused before it is parsed if it has many members and no facts before them', async () => {
    const wide = `[${'1,'.repeat(admissionLimits.reviewMembersMax + 1)}1]`;
    await expect(parseReview(Buffer.from(wide))).rejects.toThrow('members and list items');
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
