import { expect, it } from 'vitest';
import { indexColumns } from '../../../../src/audit/domain/index-columns.js';
import { eventOf } from '../audit-builders.js';

it('takes an event apart into what it can be found by', () => {
  const event = eventOf({ ctx: { auditId: 'a-1' }, facts: { keys: ['password', 'user'] } });
  expect(indexColumns(event, 'single')).toEqual({
    stage: 'single',
    auditId: 'a-1',
    timeMs: Date.parse('2026-01-02T03:04:05.678Z'),
    user: 'alice',
    credentialId: 'oidc:alice',
    namespace: 'pay',
    secret: 'db',
    sourceIp: '10.0.0.1',
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
  expect(indexColumns(eventOf({ stage: 'intent' }), 'intent')).toMatchObject({
    outcome: 'unknown',
    code: 0,
    plane: 'none',
    keys: '',
  });
});
