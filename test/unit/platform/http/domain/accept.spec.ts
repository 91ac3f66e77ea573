import { describe, expect, it } from 'vitest';
import {
  acceptedRanges,
  isPreferred,
  qualityOf,
} from '../../../../../src/platform/http/domain/accept.js';

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

describe('a media type', () => {
  it.each([
    ['text/html', true],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', true],
    ['Text/HTML; q=0.5, application/json; q=0.4', true],
    ['text/html, application/json', false],
    ['text/html, */*', false],
    ['text/html;q=0.1, */*;q=0.2', false],
    ['text/html;q=0', false],
    ['text/*', false],
    ['*/*', false],
    ['', false],
    [undefined, false],
  ])('is, for Accept %j, preferred: %j', (accept, expected) => {
    expect(isPreferred(accept, 'text/html', ['application/json'])).toBe(expected);
  });

  it('is compared with each of the others', () => {
    const others = ['application/json', 'application/graphql-response+json'];
    const accept = 'text/html;q=0.9, application/json;q=0.8, application/graphql-response+json';
    expect(isPreferred(accept, 'text/html', others)).toBe(false);
  });
});
