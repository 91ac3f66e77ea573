import { expect, test } from 'vitest';
import { goQuote, goQuoteAll } from '../../src/authz/go-quote.js';

test.each([
  ['plain', '"plain"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ['\u0007\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
  ['\0\u007f', '"\\x00\\x7f"'],
  ['josé 日本 🔑', '"josé 日本 🔑"'],
  ['\u0097\u00a0\u200b', '"\\u0097\\u00a0\\u200b"'],
  ['\u{e0001}', '"\\U000e0001"'],
])('%j is quoted as Go quotes it', (text, quoted) => {
  expect(goQuote(text)).toBe(quoted);
});

test('a list is in brackets, with blanks between', () => {
  expect(goQuoteAll(['a', 'b'])).toBe('["a" "b"]');
  expect(goQuoteAll([])).toBe('[]');
});
