import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { writtenSize } from '../../../../src/core/patterns/written-size.js';

/** Instructions that a pattern has in addition to its parts. */
const FRAME = 4;

describe('the written size is not far below the compiled size', () => {
  it.each([
    '',
    '^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$',
    'a{999}',
    'a{100,}',
    'a{0,500}',
    '(a{1,20}){1,20}',
    '(?:a{0,30}){0,30}',
    '(?:(?:ab|cd)?x){40}',
    '(?P<name>ab){30}(?<other>c){30}',
    '(?i)k{50}(?i:s{50})',
    String.raw`a\\{50}`,
    String.raw`\x{41}{50}\pL{50}\p{Greek}{50}\P{L}{50}\101{5}`,
    String.raw`\Qa{5}(\E{50}x{20}`,
    String.raw`[]a{9}]{50}[^]\]]{50}[[:alpha:])]{50}`,
    String.raw`(ab[(]c\()x{5}{2`,
    '(abc[)]d){90}',
    String.raw`(abc\)d){90}`,
    '(abc[[:^space:])]d){90}',
    '(a|b|cc){30}(|x){30}(x|){30}',
    '(a*b+c??){30}',
    '(^a$|\\bx\\b){30}',
    '(?s).{50}(?m:^$){50}',
    '\u{1f600}{50}',
    'a{,5}b{x}',
  ])('%s', (pattern) => {
    const size = RE2JS.compile(pattern).programSize();
    expect(writtenSize(pattern)).toBeGreaterThanOrEqual(size - FRAME);
  });
});

it('is not far above it either, for usual patterns', () => {
  for (const pattern of [
    '^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$',
    '^(?:[0-9]{1,3}\\.){3}[0-9]{1,3}$',
    '^[A-Za-z0-9+/]{40,200}={0,2}$',
    '(a{1,20}){1,20}$',
  ]) {
    const size = RE2JS.compile(pattern).programSize();
    expect(writtenSize(pattern)).toBeLessThanOrEqual(size * 1.5 + FRAME);
  }
});

it('takes any text, and none for longer than its length', () => {
  for (const pattern of ['(', ')', '[', '[^', '\\', '\\Q', '{5}', '(?', '\ud800', '))((', '[[:']) {
    expect(writtenSize(pattern)).toBeLessThanOrEqual(10);
  }
  expect(writtenSize('(?:a{1000}){1000}'.repeat(10))).toBeGreaterThan(1_000_000);
});
