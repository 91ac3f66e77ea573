import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  entityTag,
  matchesEntityTags,
  namesNewer,
  parseEntityTags,
} from '../../../../src/secrets/domain/etag.js';
import { refusal } from './secret.builder.js';

test('a tag is uid and resourceVersion, quoted', () => {
  expect(entityTag({ uid: 'b7a9', resourceVersion: '41' })).toBe('"b7a9.41"');
});

describe('parseEntityTags', () => {
  test.each([
    ['*', '*'],
    [' * ', '*'],
    ['"a"', ['"a"']],
    ['W/"a"', ['"a"']],
    ['"a", W/"b" ,"c"', ['"a"', '"b"', '"c"']],
    ['"a,b"', ['"a,b"']],
    [',, "a" ,\t,', ['"a"']],
    ['""', ['""']],
  ])('reads %j', (value, tags) => {
    expect(parseEntityTags('If-Match', value)).toEqual(tags);
  });

  test.each([
    '',
    ' ',
    ',',
    'a',
    '"a',
    'a"',
    'w/"a"',
    '"a" "b"',
    '"a"b',
    '*, "a"',
    '"a", *',
    '"a b"',
  ])('refuses %j as syntax', (value) => {
    const error = refusal(() => parseEntityTags('If-None-Match', value));
    expect([error.code, error.message.startsWith('If-None-Match')]).toEqual(['BadRequest', true]);
  });

  test('reads the tag of any Secret back, and matches it', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(), (uid, version) => {
        const tag = entityTag({ uid, resourceVersion: String(version) });
        expect(matchesEntityTags(parseEntityTags('If-Match', `"x", W/${tag}`), tag)).toBe(true);
      }),
    );
  });

  test('takes time in proportion to the length', () => {
    const long = `${' \t'.repeat(8000)}x${' \t'.repeat(8000)}"`;
    expect(refusal(() => parseEntityTags('If-Match', long)).code).toBe('BadRequest');
  });
});

test('nothing matches what does not exist, not even *', () => {
  expect(matchesEntityTags('*', undefined)).toBe(false);
  expect(matchesEntityTags('*', '"a"')).toBe(true);
  expect(matchesEntityTags(['"b"'], '"a"')).toBe(false);
});

test.each([
  ['*', false],
  [['"u.9"', '"u.10"'], false],
  [['"u.9"', '"u.11"'], true],
  [['"v.11"'], false],
  [['"u.x"'], false],
  [['"u.11.1"'], false],
  [[`"u.${'9'.repeat(21)}"`], false],
] as const)('%j names a newer state than u.10: %j', (tags, isNewer) => {
  expect(namesNewer(tags, { uid: 'u', resourceVersion: '10' })).toBe(isNewer);
});
