import { describe, expect, it } from 'vitest';
import {
  afterRemoval,
  isOriginKnown,
  recordBefore,
} from '../../../../../src/shares/copies/domain/record-changes.js';
import { aRecord, aTarget } from './copy.builder.js';

const place = { namespace: 'shop', name: 'pay-db', secretName: 'pay-db', type: 'Opaque' };
const begun = (plan: object = {}) => ({
  ...{ ...place, reshare: false, newId: 'd2' },
  plan: { before: aTarget(), isCreated: true, keys: ['password', 'user'], ...plan },
});

describe('the record of a delivery that begins', () => {
  it('has the keys that were delivered, and as pending those that are new', () => {
    const record = recordBefore(aRecord({ keys: ['password', 'old'] }), begun());
    expect(record).toEqual(aRecord({ keys: ['password', 'old', 'user'], pending: ['user'] }));
  });

  it('has nothing of another Secret that had the name', () => {
    const restored = begun({ before: aTarget({ uid: 'restored' }), isCreated: false });
    const keys = ['password', 'user'];
    const expected = { secretUID: 'restored', delivery: 'd2', isCreated: false };
    expect(recordBefore(aRecord({ reshare: true }), restored)).toEqual(
      aRecord({ ...expected, keys, pending: keys, reshare: false }),
    );
  });

  it('has the id of a creation without a response, and none of a Secret that was deleted', () => {
    const creation = begun({ before: undefined });
    const { secretUID: _, ...unanswered } = aRecord({ pending: ['password'] });
    expect(recordBefore(unanswered, creation)).toMatchObject({ delivery: 'd1' });
    const again = recordBefore(aRecord(), creation);
    expect(again).toMatchObject({ delivery: 'd2', pending: ['password', 'user'] });
    expect(again).not.toHaveProperty('secretUID');
  });

  it('keeps the permission that is recorded of the Secret, until that is another one', () => {
    const record = recordBefore(aRecord(), { ...begun(), reshare: true });
    expect(record.reshare).toBe(false);
    expect(isOriginKnown(record, aRecord(), true)).toBe(false);
  });
});

describe('the origin of the keys of a write', () => {
  const before = (known = aRecord(), plan: object = { keys: ['password'] }) =>
    isOriginKnown(recordBefore(known, begun(plan)), known, false);

  it('is recorded if the Secret has had them from the import', () => {
    expect(before()).toBe(true);
  });

  it('is not recorded for further keys, or for another Secret', () => {
    expect(before(aRecord(), {})).toBe(false);
    expect(before(aRecord({ secretUID: 'former' }))).toBe(false);
    expect(before(aRecord({ pending: ['password'] }))).toBe(false);
  });
});

it('the record of an ended copy names a Secret only if it is still there', () => {
  const ended = aRecord({ keys: [] });
  expect(afterRemoval(aRecord({ pending: ['password'] }), true)).toEqual(ended);
  const { secretUID: _, ...gone } = { ...ended, isCreated: false };
  expect(afterRemoval(aRecord(), false)).toEqual(gone);
});
