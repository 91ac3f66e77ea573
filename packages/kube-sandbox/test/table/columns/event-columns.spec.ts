import { expect, test } from 'vitest';
import { eventColumns } from '../../../src/table/columns/event-columns.js';
import { cells, heads, object } from '../table.builder.js';

test('an event shows when, what and why, and who says so only when asked for more', () => {
  expect(heads(eventColumns)).toEqual([
    'Last Seen',
    'Type',
    'Reason',
    'Object',
    'Subobject:wide',
    'Source:wide',
    'Message',
    'First Seen:wide',
    'Count:wide',
    'Name:wide',
  ]);
});

test('old events bring times and a count of their own', () => {
  const event = object({
    involvedObject: { kind: 'Secret', name: 's', fieldPath: 'data.x' },
    reason: 'Rotated',
    message: '  done \n',
    type: 'Normal',
    source: { component: 'gw', host: 'h1' },
    firstTimestamp: '2026-01-01T00:00:03Z',
    lastTimestamp: '2026-01-01T00:05:00Z',
    count: 4,
  });
  expect(cells(eventColumns, event)).toEqual([
    '3s',
    'Normal',
    'Rotated',
    'secret/s',
    'data.x',
    'gw, h1',
    'done',
    '5m',
    4,
    'x',
  ]);
});

test('new events bring one time, who reports, and a series where there is one', () => {
  const event = {
    involvedObject: { kind: 'Namespace' },
    reportingComponent: 'gw2',
    reportingInstance: 'i2',
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: '2026-01-01T00:00:03.500000Z',
  };
  const once = cells(eventColumns, object(event));
  expect(once).toEqual(['4m59s', '', '', 'namespace', '', 'gw2, i2', '', '4m59s', 1, 'x']);
  const series = { count: 9, lastObservedTime: '2026-01-01T00:05:00.000000Z' };
  const often = cells(eventColumns, object({ ...event, series }));
  expect([often[0], often[7], often[8]]).toEqual(['3s', '4m59s', 9]);
});

test('an event about nothing shows zero values', () => {
  const none = cells(eventColumns, object({ source: { component: 'gw' } }));
  expect(none).toEqual(['<unknown>', '', '', '', '', 'gw', '', '<unknown>', 1, 'x']);
});
