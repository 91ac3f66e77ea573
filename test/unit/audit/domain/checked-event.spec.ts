import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../../src/audit/domain/audit-view.js';
import { checkedEvent, isUnaltered } from '../../../../src/audit/domain/checked-event.js';
import { leafHash } from '../../../../src/audit/domain/leaf-hash.js';

const event = Buffer.from(
  JSON.stringify({
    ...{ auditID: 'a', user: { username: 'alice', groups: [] }, sourceIPs: [] },
    ...{ requestReceivedTimestamp: '2026-11-29T00:00:00.000000Z', annotations: {} },
  }),
);
const row = {
  ...{ leaf_index: 4, call_index: 3, source: 'gateway' as const },
  ...{ event, leaf_hash: leafHash(event) },
};

describe('an entry that is read', () => {
  it('is the event that was written where its leaf hash is of these bytes', () => {
    expect(isUnaltered(row)).toBe(true);
    const stored = checkedEvent(row);
    expect(stored).toMatchObject({ leafIndex: 4, callIndex: 3, isAltered: false });
    expect(viewOf(stored)).toMatchObject({ user: 'alice', marks: [] });
  });

  it.each([
    ['another user', Buffer.from(event.toString().replace('alice', 'bobby'))],
    ['no JSON', Buffer.from('{')],
    ['nothing', new Uint8Array()],
    ['no event', Buffer.from('[1]')],
  ])('shows nothing but the mark where somebody has put in: %s', (_, forged) => {
    const stored = checkedEvent({ ...row, event: forged });
    expect(stored.isAltered).toBe(true);
    expect(viewOf(stored)).toMatchObject({
      ...{ id: '3', user: '', action: '', outcome: 'unknown', auditId: '' },
      marks: ['altered'],
    });
  });
});
