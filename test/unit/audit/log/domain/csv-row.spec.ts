import { expect, it } from 'vitest';
import { csvHeader, csvRow } from '../../../../../src/audit/log/domain/csv-row.js';
import { eventOf, principal } from '../../audit-builders.js';

const indexes = { leaf_index: 7, call_index: 6, stage: 'outcome' } as const;

function cellsOf(event: object): Readonly<Record<string, string | undefined>> {
  const row = csvRow({ ...indexes, event: Buffer.from(JSON.stringify(event)) });
  expect(row.endsWith('\r\n')).toBe(true);
  const cells = row.slice(0, -2).split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  const names = csvHeader.slice(0, -2).split(',');
  expect(cells).toHaveLength(names.length);
  return Object.fromEntries(names.map((name, at) => [name, cells[at]]));
}

it('tells what, who, where and what became of it', () => {
  expect(cellsOf(eventOf({ facts: { keys: ['a', 'b'] } }))).toMatchObject({
    index: '7',
    callIndex: '6',
    stage: 'outcome',
    time: '2026-01-02T03:04:05.678000Z',
    user: 'alice',
    groups: 'dev system:authenticated',
    action: 'secrets.reveal',
    outcome: 'allowed',
    code: '200',
    namespace: 'pay',
    secret: 'db',
    keys: '"a,b"',
    source: 'gateway',
    sourceIp: '10.0.0.1',
  });
});

it('holds commas, quotes and line ends in one cell', () => {
  const ctx = { principal: principal('al"ice, of\r\nsomewhere'.replaceAll(/[\r\n]+/g, ' ')) };
  expect(cellsOf(eventOf({ ctx }))['user']).toBe('"al""ice, of somewhere"');
  const row = csvRow({
    ...indexes,
    event: Buffer.from(JSON.stringify(eventOf({ ctx: { userAgent: 'a\nb' } }))),
  });
  expect(row).toContain('"a\nb"');
});

it.each(['=1+1', '+1', '-1', '@sum', '\tx'])('has no formula in %j', (userAgent) => {
  expect(cellsOf(eventOf({ ctx: { userAgent } }))['userAgent']).toMatch(/^"?'/);
});

it.each(['＝1+1', '＋1', '－1', '＠sum'])('has none in %j, though it is wider', (userAgent) => {
  expect(cellsOf(eventOf({ ctx: { userAgent } }))['userAgent']).toBe(`'${userAgent}`);
});

it.each([
  ['a;=1+1', "a;'=1+1"],
  ['a\t@sum', "a\t'@sum"],
  ['a;"=1"', '"a;\'""=1"""'],
  ['a;＝1;b;-1', "a;'＝1;b;'-1"],
  ['a=b; c-d', 'a=b; c-d'],
])('has none in %j for programs that part cells elsewhere', (userAgent, cell) => {
  expect(cellsOf(eventOf({ ctx: { userAgent } }))['userAgent']).toBe(cell);
});

it('ends with why the call was allowed or denied', () => {
  const cells = cellsOf(
    eventOf({ result: { outcome: 'denied', code: 403, decisionReason: 'no' } }),
  );
  expect(cells['decisionReason']).toBe('no');
  expect(csvHeader).toMatch(/,decisionReason\r\n$/);
});

it('has the indexes of an entry that is no event', () => {
  const row = csvRow({ ...indexes, event: Buffer.from('{') });
  expect(row).toMatch(/^7,6,outcome,+\r\n$/);
});
