import { describe, expect, test } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import {
  isLabelSelector,
  parseLabelSelector,
  readLabelSelector,
} from '../../../../src/secrets/domain/label-selector.js';
import { refusal } from './secret.builder.js';

// From TestSelectorParse and TestSelectorMatches of apimachinery `labels/selector_test.go`.
const good = [
  ['', ' ', 'x=a,y=b,z=c', 'x!=a,y=b', 'x=', 'x= ', 'x=,z= ', 'x= ,z= ', 'x==a', '!x', '!x,y'],
  ['x>1', 'x<1', 'x>1,z<5', 'x in (a)', 'x in (a,b,)', 'x in (,a)', 'x notin ()', 'x,z in (a)'],
  ['in in (in)', 'notin=in', 'x in(a)', 'x\tin\n(a)', 'example.com/x = a', 'x in (,,)', '! x'],
].flat();
const bad = [
  ['x=||y', 'x==a==b', '!x=a', 'x<a', 'x>', 'x=a,', ',x', 'x,,y', '(x)', 'x in a', 'x in (a'],
  ['x in (a b)', 'x in (a))', 'x y', '=a', 'x=-a', 'x/y/z', 'x!a', '!!x', 'x in (b,=)', 'x\0'],
  ['x=a\0', 'x=é', 'constructor/=a', 'x>9223372036854775808', 'x>-1'],
].flat();

describe('the grammar of label selectors', () => {
  test.each(good)('takes %j', (text) => {
    expect(isLabelSelector(text)).toBe(true);
  });
  test.each(bad)('refuses %j as a parameter', (text) => {
    expect(isLabelSelector(text)).toBe(false);
    expect(refusal(() => parseLabelSelector(text)).code).toBe('BadRequest');
  });
});

describe('matching', () => {
  test.each([
    ['', {}, true],
    ['x=y', { x: 'y' }, true],
    ['x=y', { x: 'z' }, false],
    ['x=', { x: '' }, true],
    ['x=', {}, false],
    ['x=y,z=w', { x: 'y', z: 'w' }, true],
    ['x=y,z=w', { x: 'y' }, false],
    ['x!=y', {}, true],
    ['x!=y,z=w', { x: 'z', z: 'w' }, true],
    ['notin=in', { notin: 'in' }, true],
    ['x', { x: 'z' }, true],
    ['x', {}, false],
    ['!x', {}, true],
    ['!x', { x: '' }, false],
    ['constructor', {}, false],
    ['!constructor', {}, true],
    ['x>1', { x: '2' }, true],
    ['x<1', { x: '0' }, true],
    ['x>1', { x: 'a' }, false],
    ['x>1', {}, false],
    ['x in (a,b)', { x: 'b' }, true],
    ['x in (a,,b)', { x: '' }, true],
    ['x in (a,b)', {}, false],
    ['x notin (a)', {}, true],
    ['x notin (a)', { x: 'a' }, false],
  ])('%j on %j: %j', (text, labels, expected) => {
    expect(parseLabelSelector(text).matches(labels as Record<string, string>)).toBe(expected);
  });
});

const requirements = (count: number) => Array.from({ length: count }, (_, i) => `!a${i}`).join();
const valuesOf = (count: number) => `x in (${Array.from({ length: count }, (_, i) => i).join()})`;

test.each([
  ['', true],
  [requirements(limits.labelRequirementsMax), true],
  [requirements(limits.labelRequirementsMax + 1), false],
  [valuesOf(limits.labelRequirementValuesMax), true],
  [valuesOf(limits.labelRequirementValuesMax + 1), false],
  [`${valuesOf(limits.labelRequirementValuesMax)},y=a`, false],
])('a selector is simple up to bounds of its parts (%#)', (text, isSimple) => {
  expect(parseLabelSelector(text).isSimple).toBe(isSimple);
  expect(readLabelSelector(text)?.isSimple).toBe(isSimple);
});

test('a text that is no selector can be looked at without an error', () => {
  expect(readLabelSelector('=')).toBeUndefined();
});
