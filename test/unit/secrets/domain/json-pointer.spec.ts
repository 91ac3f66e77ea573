import { expect, test } from 'vitest';
import fc from 'fast-check';
import { parsePointer, pointerTo } from '../../../../src/secrets/domain/json-pointer.js';

test('a pointer parses back to its segments', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 20 })), (segments) => {
      expect(parsePointer(pointerTo(...segments))).toEqual(segments);
    }),
  );
});

test.each(['a', '/~', '/~2', '/a~'])('refuses %j, which RFC 6901 does not allow', (pointer) => {
  expect(parsePointer(pointer)).toBeUndefined();
});

test('decodes ~01 to ~1, in the order of RFC 6901 section 4', () => {
  expect(parsePointer('/~01/a~1b')).toEqual(['~1', 'a/b']);
});

test('a reported place never grows beyond what a name can be', () => {
  expect(pointerTo('data', 'k'.repeat(9999)).length).toBeLessThan(330);
});
