import { describe, expect, it } from 'vitest';
import { reviewHead, reviewText } from '../../../../src/admission/domain/review-text.js';
import { admissionLimits } from '../../../../src/core/admission-limits.js';

const textOf = (text: string) => reviewText(Buffer.from(text));
const { reviewDepthMax, reviewMembersMax } = admissionLimits;

describe('the text of a review', () => {
  it.each([
    ['{"metadata":{"managedFields":[{"f":{"a":{}}},{"x":"]"}],"name":"b"}}'],
    ['{"managedFields":[{"managedFields":[]}]}'],
    ['[{"managedFields":[1]},{"managedFields":[2]}]'],
  ])('has no managed fields: %s', (text) => {
    const emptied = JSON.parse(text, (name, value: unknown) =>
      name === 'managedFields' ? [] : value,
    ) as unknown;
    expect(JSON.parse(textOf(text) ?? '')).toEqual(emptied);
  });

  it.each([
    '{"data":{"managedFields":"cHc="}}',
    String.raw`{"a":"\"managedFields\":[1,2]","b":"\\","c":"é"}`,
    '["managedFields",[1]]',
    '{"managedFieldz":[1]}',
    '{"managedFields":[1}',
    '{"a":"',
    String.raw`{"a":"\"`,
    '',
  ])('is else as it was, also if it is not JSON: %s', (text) => {
    const isCut = text === '{"managedFields":[1}';
    expect(textOf(text)).toBe(isCut ? '{"managedFields":[}' : text);
  });

  it('is not JSON if the managed fields do not end', () => {
    expect(() => JSON.parse(textOf('{"managedFields":[1,2') ?? '') as unknown).toThrow(SyntaxError);
  });

  it('has bounded members, and managed fields count as none', () => {
    const items = (count: number) => '1,'.repeat(count - 1) + '1';
    expect(textOf(`[${items(reviewMembersMax)}]`)).toBeDefined();
    expect(textOf(`[${items(reviewMembersMax + 1)}]`)).toBeUndefined();
    const managed = `{"managedFields":[${items(2 * reviewMembersMax)}]}`;
    expect(textOf(managed)).toBe('{"managedFields":[]}');
  });

  it('has bounded levels, but for managed fields, whose writer chooses them', () => {
    const deep = '['.repeat(reviewDepthMax + 1);
    expect(textOf(deep)).toBeUndefined();
    const closed = deep + ']'.repeat(reviewDepthMax + 1);
    expect(textOf(`{"managedFields":${closed},"a":1}`)).toBe('{"managedFields":[],"a":1}');
  });
});

describe('the head of a review', () => {
  it('has what comes before the object', () => {
    const userInfo = { username: 'a,"object":{', extra: { object: ['x'] } };
    const request = { uid: 'a-1', userInfo, object: { data: {} }, dryRun: true };
    const head = reviewHead(Buffer.from(JSON.stringify({ kind: 'AdmissionReview', request })));
    const { uid } = request;
    expect(JSON.parse(head ?? '')).toEqual({
      kind: 'AdmissionReview',
      request: { uid, userInfo },
    });
  });

  it('is not there if the object is not, or comes after too much', () => {
    expect(reviewHead(Buffer.from('{"request":{"uid":"a-1"}}'))).toBeUndefined();
    const long = 'x'.repeat(admissionLimits.reviewHeadBytesMax);
    const request = { uid: long, object: {} };
    expect(reviewHead(Buffer.from(JSON.stringify({ request })))).toBeUndefined();
  });
});
