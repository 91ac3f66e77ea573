import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  JsonScanner,
  isWhiteSpace,
  opensValue,
} from '../../../../../src/kubectl/domain/forward/json-scanner.js';
import { allCuts } from './answers.builder.js';

/** How many bytes the value has with which the chunks begin; -1 where it does not end in them. */
function valueBytes(chunks: readonly Buffer[]): number {
  const scanner = new JsonScanner();
  let before = 0;
  for (const chunk of chunks) {
    const end = scanner.valueEnd(chunk, 0);
    if (chunk.length > 0 && end >= 0) return before + end;
    before += chunk.length;
    expect(scanner.isWithinValue).toBe(before > 0);
  }
  return -1;
}

describe('the end of a value', () => {
  test.each([
    '{}',
    '[]',
    '""',
    '{"a":[{"b":"c"},[1,2]],"d":null}',
    String.raw`"\""`,
    String.raw`"\\"`,
    String.raw`{"a\\\"}":"]}\\"}`,
    '["}",{"]":"{["}]',
    '{"é":"日本 🔑"}',
    '{\n  "a" : [ 1 ]\n}',
  ])('of %s is found wherever it is cut', (text) => {
    const value = Buffer.from(text);
    for (const chunks of allCuts(Buffer.from(`${text}{"next":"value"}`))) {
      expect(valueBytes(chunks)).toBe(value.length);
    }
    for (const chunks of allCuts(value.subarray(0, -1))) expect(valueBytes(chunks)).toBe(-1);
  });

  test('of any value is found wherever it is cut', () => {
    const value = fc.jsonValue().filter((json) => /^["[{]/.test(JSON.stringify(json)));
    const property = fc.property(value, fc.nat(4), fc.nat(), (json, indent, at) => {
      const bytes = Buffer.from(JSON.stringify(json, null, indent));
      const cut = at % (bytes.length + 1);
      expect(valueBytes([bytes.subarray(0, cut), bytes.subarray(cut)])).toBe(bytes.length);
    });
    fc.assert(property, { numRuns: 300 });
  });
});

test('white space is what RFC 8259 names', () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  expect(bytes.filter(isWhiteSpace)).toEqual([0x09, 0x0a, 0x0d, 0x20]);
  expect(isWhiteSpace(undefined)).toBe(false);
});

test('strings, arrays and objects show where they end, numbers and words do not', () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  expect(Buffer.from(bytes.filter(opensValue)).toString()).toBe('"[{');
  expect(opensValue(undefined)).toBe(false);
});
