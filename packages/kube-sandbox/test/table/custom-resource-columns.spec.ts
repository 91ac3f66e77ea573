import { describe, expect, test } from 'vitest';
import { columnsOf, scaleColumnsOf } from '../../src/table/custom-resource-columns.js';
import { cells, heads, nowMs, object } from './table.builder.js';

const spec = {
  replicas: 3,
  ratio: 1.5,
  on: true,
  text: 'a<b>',
  since: '2026-01-01T00:05:00Z',
  future: '2050-01-01T00:00:00Z',
  obj: { b: 2, a: '1<&' },
  one: { z: 'zed' },
  empty: '',
  nothing: null,
  big: 12_345_678.5,
  small: 0.000_000_1,
  'a-b': 'hy',
  list: [
    { name: 'a', value: 'x', n: 1 },
    { name: 'b', value: 'why', n: 2 },
  ],
};
const widget = object({ metadata: { annotations: { 'a.b/c': 'dotted' } }, spec });

/** What a column of this type and path shows of the widget. */
function cell(type: string, jsonPath: string) {
  const columns = columnsOf({ additionalPrinterColumns: [{ name: 'C', type, jsonPath }] });
  return columns[1]?.cell(widget, nowMs);
}

test('without columns of its own a kind shows its age, as a date', () => {
  expect(heads(columnsOf({}))).toEqual(['Name', 'Age:date']);
  expect(cells(columnsOf({}), widget)).toEqual(['x', '5m3s']);
});

test('columns are those of the version, after the name', () => {
  const columns = columnsOf({
    additionalPrinterColumns: [
      { name: 'R', type: 'integer', format: 'int32', priority: 1, jsonPath: '.spec.replicas' },
      { name: 'T', type: 'string', description: 'words', jsonPath: '.spec.text' },
    ],
  });
  expect(heads(columns)).toEqual(['Name', 'R:integer:wide', 'T']);
  expect(cells(columns, widget)).toEqual(['x', 3, 'a<b>']);
  expect(columns.slice(1).map(({ format, description }) => [format, description])).toEqual([
    ['int32', 'Custom resource definition column (in JSONPath format): .spec.replicas'],
    ['', 'words'],
  ]);
});

test('columns end before the first path that cannot be parsed', () => {
  const column = (name: string, jsonPath: string) => ({ name, type: 'string', jsonPath });
  const additionalPrinterColumns = [
    column('A', '.spec.text'),
    column('B', '.spec.list[x]'),
    column('C', '.spec.text'),
  ];
  expect(heads(columnsOf({ additionalPrinterColumns }))).toEqual(['Name', 'A']);
});

test('a scale shows the numbers that have a path', () => {
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
  const columns = scaleColumnsOf({ subresources: { scale } });
  expect(heads(columns)).toEqual(['Name', 'Desired:integer', 'Available:integer', 'Age:date']);
  expect(cells(columns, widget)).toEqual(['x', 3, 0, '5m3s']);
});

describe('the value', () => {
  test.each([
    ['integer', '.spec.replicas', 3],
    ['integer', '.spec.ratio', 1],
    ['integer', '.spec.text', undefined],
    ['integer', '.spec.on', undefined],
    ['number', '.spec.ratio', 1.5],
    ['number', '.spec.text', undefined],
    ['boolean', '.spec.on', true],
    ['boolean', '.spec.text', undefined],
    ['date', '.spec.since', '3s'],
    ['date', '.spec.future', '<invalid>'],
    ['date', '.spec.text', '<invalid>'],
    ['date', '.spec.replicas', undefined],
    ['date', '.metadata.creationTimestamp', '5m3s'],
    ['string', '.spec.text', 'a<b>'],
    ['string', '.spec.empty', ''],
    ['string', '.spec.replicas', '3'],
    ['string', '.spec.ratio', '1.5'],
    ['string', '.spec.big', '1.23456785e+07'],
    ['string', '.spec.small', '1e-07'],
    ['string', '.spec.on', 'true'],
    ['string', '.spec.obj', '{"a":"1\\u003c\\u0026","b":2}'],
    ['string', '.spec.nothing', undefined],
    ['string', '.spec.missing.deep', undefined],
  ])('as %s of %s is %j', (type, path, value) => {
    expect(cell(type, path)).toBe(value);
  });
});

describe('the path', () => {
  test.each([
    ['.spec.a-b', 'hy'],
    ['.metadata.annotations.a\\.b/c', 'dotted'],
    [".metadata.annotations['a\\.b/c']", 'dotted'],
    [".spec.obj['a']", '1<&'],
    ['.spec.one.*', 'zed'],
    ['.spec.list[1].name', 'b'],
    ['.spec.list[-1].name', 'b'],
    ['.spec.list[-1:].name', 'b'],
    ['.spec.list[0:2].name', 'a'],
    ['.spec.list[::2].name', 'a'],
    ['.spec.list[*].name', 'a'],
    ['.spec.list[1,0].name', 'b'],
    ['.spec..value', 'x'],
    ['.spec.list[?(@.name=="b")].value', 'why'],
    [".spec.list[?(@.name!='a')].name", 'b'],
    ['.spec.list[?(@.n>1)].name', 'b'],
    ['.spec.list[?(@.n<=1)].name', 'a'],
    ['.spec.list[?(@.value)].name', 'a'],
  ])('%s leads to %s', (path, value) => {
    expect(cell('string', path)).toBe(value);
  });

  test.each([
    '.spec.list[7].name',
    '.spec.list[0:9].name',
    '.spec.text[0]',
    '.spec.text[?(@.a)]',
    '.spec.list[?(@.n=="1")].name',
    '.spec.list[?(@.missing==1)].name',
    '.constructor',
    '.',
  ])('%s leads nowhere', (path) => {
    expect(cell('string', path)).toBeUndefined();
  });

  test.each(['.a[', '.a[x]', '.a[?(@.b]', '.a....b', '.a}', '.a[]'])('%s is none', (path) => {
    const additionalPrinterColumns = [{ name: 'C', type: 'string', jsonPath: path }];
    expect(heads(columnsOf({ additionalPrinterColumns }))).toEqual(['Name']);
  });
});
