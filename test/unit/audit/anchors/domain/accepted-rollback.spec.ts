import { describe, expect, it } from 'vitest';
import {
  acceptanceFacts,
  acceptedTree,
} from '../../../../../src/audit/anchors/domain/accepted-rollback.js';
import { eventOf } from '../../audit-builders.js';

const anchored = { size: 600, root: Buffer.alloc(32, 7) };
const rollback = { kind: 'shorter', anchored, size: 300 } as const;

describe('an acceptance', () => {
  it('is read from the log as what was accepted', () => {
    const facts = acceptanceFacts(rollback, 'file:/checkpoints');
    const { objectRef, ...event } = eventOf({ facts });
    expect(objectRef).toBeDefined();
    expect(acceptedTree(JSON.stringify(event))).toEqual(anchored);
    expect(event.annotations).toMatchObject({
      'sallyport.dev/place': 'file:/checkpoints',
      'sallyport.dev/tree-size': '300',
    });
  });

  it('is not what another event says', () => {
    const facts = { ...acceptanceFacts(rollback, ''), action: 'audit.anchor' } as const;
    expect(acceptedTree(JSON.stringify(eventOf({ facts })))).toBeUndefined();
    expect(
      acceptedTree(JSON.stringify(eventOf({ facts: { action: 'audit.acceptRollback' } }))),
    ).toBe(undefined);
  });
});
