import { describe, expect, it } from 'vitest';
import { mediaTypeOf } from '../../../../../src/platform/http/domain/media-type.js';

describe('mediaTypeOf', () => {
  it.each([
    ['application/json', 'application/json'],
    ['Application/JSON; charset=utf-8', 'application/json'],
    [' text/plain ;x=y;z', 'text/plain'],
    ['application/json\ta', 'application/json\ta'],
    ['application/json, text/plain', 'application/json, text/plain'],
    ['', undefined],
    [';charset=utf-8', undefined],
    [undefined, undefined],
  ])('%j is %j', (header, expected) => {
    expect(mediaTypeOf(header)).toBe(expected);
  });
});
