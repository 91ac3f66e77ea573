import { expect, it } from 'vitest';
import { knownPlace, placeMac } from '../../../../../src/audit/sinks/domain/sink-place.js';
import { rowMac } from '../../../encryption/row-integrity.builder.js';

const row = { sink: 'siem', next_index: 70, mac: placeMac(rowMac(), 'siem', 70) };

it('knows how far a gateway has fed a sink', () => {
  expect(knownPlace(rowMac(), row)).toBe(70);
});

it.each([
  ['moved on', { ...row, next_index: 71 }],
  ['of another sink', { ...row, sink: 'archive' }],
  ['without a MAC', { ...row, mac: null }],
  ['with one of another key', { ...row, mac: placeMac(rowMac(9), 'siem', 70) }],
])('does not know a place that was %s', (_, other) => {
  expect(knownPlace(rowMac(), other)).toBeUndefined();
});
