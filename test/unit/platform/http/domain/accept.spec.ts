import { describe, expect, it } from 'vitest';
import { acceptedRanges, qualityOf } from '../../../../../src/platform/http/domain/accept.js';

const quality = (accept: string | undefined, mediaType = 'application/json') =>
  qualityOf(acceptedRanges(accept), mediaType);

describe('the quality of a media type', () => {
  it.each([
    [undefined, 1],
    ['*/*', 1],
    ['text/html', 0],
    ['application/json;q=0', 0],
    ['Application/JSON; Q=0.25', 0.25],
    ['application/json;charset=utf-8;q=0.5', 0.5],
    ['text/html, application/*;q=0.7', 0.7],
    ['*/*;q=0.1, application/json;q=0.9', 0.9],
    ['application/json;q=0.2, application/*', 0.2],
  ])('is, for Accept %j, %d', (accept, expected) => {
    expect(quality(accept)).toBe(expected);
  });

  it.each(['application/json;q=7', 'application/json;q=', 'application/json;q=abc'])(
    'is not changed by the invalid weight of %j',
    (accept) => expect(quality(accept)).toBe(1),
  );
});
