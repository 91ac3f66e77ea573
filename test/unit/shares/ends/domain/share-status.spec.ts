import { describe, expect, it } from 'vitest';
import { shareStatus } from '../../../../../src/shares/ends/domain/share-status.js';

const nowMs = Date.parse('2026-01-02T03:04:05Z');
const object = { generation: 2, status: {} };
const consumer = {
  ...{ namespace: 'shop', namespaceUID: 'u', since: '2026-01-01T00:00:00.000Z', imports: 1 },
  ...{ lastRead: '2026-01-02T00:00:00.000Z', version: 3 },
};
const facts = {
  state: 'Active',
  reason: null,
  secretUID: 's',
  consumers: [consumer],
  rotation: 'None',
} as const;
const messageOf = (change: object) => {
  const { conditions } = shareStatus(object, { ...facts, ...change }, nowMs);
  return (conditions as readonly { readonly message: string }[])[0]?.message;
};

it('an active share names its consumers, and not their last reads, which change all the time', () => {
  const { lastRead: _, version: __, ...shown } = consumer;
  expect(shareStatus(object, facts, nowMs)).toMatchObject({
    ...{ observedGeneration: 2, state: 'Active', secretUID: 's', consumers: [shown] },
    conditions: [{ type: 'Ready', status: 'True', reason: 'Active', message: '' }],
  });
});

describe('a share that ended says', () => {
  const ended = { state: 'Revoked', reason: 'Revoked' };

  it('how many namespaces had the values, and that the owner must rotate them', () => {
    expect(messageOf(ended)).toBe('delivered before to one namespace: rotate the Secret');
    const two = [consumer, { ...consumer, namespace: 'web' }];
    const message = 'delivered before to 2 namespaces: rotate the Secret';
    expect(messageOf({ ...ended, consumers: two })).toBe(message);
    const nobody = { ...ended, consumers: [] };
    expect(messageOf(nobody)).toBe('no namespace received the values');
  });

  it.each([
    ['Started', 'has begun'],
    ['Succeeded', 'was rotated'],
    ['Failed', 'failed'],
    ['Refused', 'could not be rotated'],
  ])('how its rotation stands: %s', (rotation, words) => {
    expect(messageOf({ ...ended, rotation })).toContain(words);
  });
});

it('a rule that a spec breaks is the message, and no reason', () => {
  const broken = { state: 'Suspended', reason: '/keys: too many', consumers: [] };
  const status = shareStatus(object, { ...facts, ...broken, state: 'Suspended' }, nowMs);
  expect(status).toMatchObject({
    conditions: [
      { reason: 'Invalid', message: '/keys: too many; no namespace received the values' },
    ],
  });
});
