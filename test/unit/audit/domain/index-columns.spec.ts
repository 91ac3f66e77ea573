import { expect, it } from 'vitest';
import { indexColumns, indexedName } from '../../../../src/audit/domain/index-columns.js';
import { eventOf } from '../audit-builders.js';

it('takes an event apart into what it can be found by', () => {
  const event = eventOf({ ctx: { auditId: 'a-1' }, facts: { keys: ['password', 'user'] } });
  expect(indexColumns(event, 7)).toEqual({
    audit_id: 'a-1',
    time_ms: Date.parse('2026-01-02T03:04:05.678Z'),
    user: 'alice',
    credential_id: 'oidc:alice',
    namespace: 'pay',
    secret: 'db',
    source_ip: '10.0.0.1',
    action: 'secrets.reveal',
    outcome: 'allowed',
    code: 200,
    plane: 'caller',
    groups: '\ndev\nsystem:authenticated\n',
    keys: '\npassword\nuser\n',
    marks: '',
  });
});

it('leaves the outcome of an intent unknown', () => {
  expect(indexColumns(eventOf({ stage: 'intent' }), 7)).toMatchObject({
    outcome: 'unknown',
    code: 0,
    plane: 'none',
    keys: '',
  });
});

it('takes a time that is none for the beginning of time', () => {
  const event = { ...eventOf(), requestReceivedTimestamp: 'yesterday' };
  expect(indexColumns(event, 7).time_ms).toBe(0);
});

it.each([
  ['no\0end', 'no\u{fffd}end'],
  ['two\nlines', 'two\u{fffd}lines'],
  ['half a pair \ud83d', 'half a pair \u{fffd}'],
  ['x'.repeat(600), 'x'.repeat(512)],
])('stores the name %j as both databases take it', (name, stored) => {
  expect(indexedName(name)).toBe(stored);
});

it('finds an event whose time cannot be by the time at which it is written', () => {
  const event = eventOf();
  const marks = { 'sallyport.dev/marks': 'bypassed,time-implausible' };
  const marked = { ...event, annotations: { ...event.annotations, ...marks } };
  expect(indexColumns(marked, 7).time_ms).toBe(7);
});
