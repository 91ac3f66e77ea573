import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../../src/core/cel/cel-expression.js';
import { ownFunctions, REPLACED } from '../../../../src/core/cel/cel-functions.js';
import { TooMuchWork } from '../../../../src/core/cel/cel-work.js';

const claims = { text: 'a-b-a', kelvin: '\u212AATE', long: 'ab'.repeat(6_000) };
const value = (source: string) => compileExpression(source, 'claims').evaluate(claims);

it('every function of ours stands in the place of one of the library', () => {
  expect(Object.keys(ownFunctions)).toHaveLength(13);
  expect([...REPLACED].toSorted()).toEqual(
    'contains duration indexOf join lastIndexOf lowerAscii matches split upperAscii'.split(' '),
  );
});

describe('a function on texts', () => {
  it.each([
    ['claims.text.matches("^[a-z-]+$")', true],
    ['claims.text.contains("b-")', true],
    ['claims.text.indexOf("a")', 0n],
    ['claims.text.indexOf("a", 1)', 4n],
    ['claims.text.lastIndexOf("a")', 4n],
    ['claims.text.lastIndexOf("a", 3)', 0n],
    ['claims.text.split("-")', ['a', 'b', 'a']],
    ['claims.text.split("-", 2)', ['a', 'b-a']],
    ['claims.text.split("-", 0)', []],
    ['claims.text.split("-", -1)', ['a', 'b', 'a']],
    ['claims.text.split("-").join()', 'aba'],
    ['claims.text.split("-").join("+")', 'a+b+a'],
    ['duration("1h") > duration("59m")', true],
    ['timestamp("2026-01-01T00:00:00Z") + duration("1s") > timestamp(0)', true],
    ['"Ab\u00c4".lowerAscii() + "Ab\u00e4".upperAscii()', 'ab\u00c4AB\u00e4'],
    ['claims.kelvin.lowerAscii()', '\u212Aate'],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  it.each([
    ['claims.text.indexOf("a", 6)', 'no such place'],
    ['claims.text.lastIndexOf("a", -1)', 'no such place'],
    ['[dyn(1)].join()', 'only texts'],
  ])('has no value: %s', (source, problem) => {
    expect(() => value(source)).toThrow(problem);
  });

  it.each([
    'claims.long.split("").join(claims.long)',
    'claims.long.contains(claims.long)',
    'claims.long.lastIndexOf(claims.long)',
    'claims.long.split(claims.long)',
    'claims.long.matches("(\\\\pL?){1000}\\\\pN")',
  ])('ends before it takes long: %s', (source) => {
    expect(() => value(source)).toThrow(TooMuchWork);
  });
});
