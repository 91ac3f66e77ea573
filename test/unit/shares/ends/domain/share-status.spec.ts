import { describe, expect, it } from 'vitest';
import { endedConsumers, shareStatus } from '../../../../../src/shares/ends/domain/share-status.js';

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
  ended: 0,
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

it('an active share that was revoked for a namespace says that the values must be rotated', () => {
  const status = shareStatus(object, { ...facts, ended: 1 }, nowMs);
  expect(status).toMatchObject({
    state: 'Active',
    conditions: [
      {
        ...{ status: 'True', reason: 'RevokedForSome' },
        message: 'revoked for one namespace: rotate the Secret',
      },
    ],
  });
  const to = [
    { namespace: 'shop', revoked: true },
    { namespace: 'web', revoked: false },
  ];
  const consumers = [{ namespace: 'shop' }, { namespace: 'web' }, { namespace: 'removed' }];
  expect(endedConsumers(to, consumers)).toBe(2);
});

it('a suspended share says who must do what', () => {
  const gone = { state: 'Suspended', reason: 'SecretMissing' };
  expect(messageOf(gone)).toBe(
    'the Secret is absent: create it; delivered before to one namespace: rotate the Secret',
  );
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
