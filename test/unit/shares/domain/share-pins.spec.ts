import { describe, expect, it } from 'vitest';
import {
  isUseUndisturbed,
  noPins,
  parsePins,
  pinsAfter,
  pinsAfterReads,
  pinsAfterRevocations,
} from '../../../../src/shares/domain/share-pins.js';

const use = { secretUID: 's', namespace: 'shop', namespaceUID: 'n', nowMs: 1_000 };
const after = { secretUID: 's', consumers: { shop: { namespaceUID: 'n', sinceMs: 1_000 } } };

it('the first use records the Secret, the namespace, and when', () => {
  expect(pinsAfter(noPins, use)).toEqual(after);
});

it('a later use changes nothing', () => {
  expect(pinsAfter(after, { ...use, nowMs: 2_000 })).toBe(after);
});

it('a use by another namespace keeps the first', () => {
  const both = pinsAfter(after, { ...use, namespace: 'web', namespaceUID: 'w', nowMs: 2_000 });
  expect(both.consumers).toEqual({
    ...after.consumers,
    web: { namespaceUID: 'w', sinceMs: 2_000 },
  });
});

it('a Secret that is followed is recorded, and its consumers keep their time', () => {
  const followed = pinsAfter(after, { ...use, secretUID: 't', nowMs: 2_000 });
  expect(followed).toEqual({ ...after, secretUID: 't' });
});

it('recorded facts are read as they were, and other facts are refused', () => {
  expect(parsePins({ ...after })).toEqual(after);
  expect(parsePins(null)).toBe(noPins);
  expect(() => parsePins({ consumers: { shop: 'n' } })).toThrow('expected object');
});

describe('a use that was decided before', () => {
  const other = { namespaceUID: 'w', sinceMs: 1 };

  it.each([
    ['others have begun', noPins, { secretUID: 's', consumers: { web: other } }, true],
    ['it was recorded itself', noPins, after, true],
    ['nothing changed', after, after, true],
    ['a follower has another Secret', after, { ...after, secretUID: 't' }, false],
    ['the namespace is another one', after, { secretUID: 's', consumers: { shop: other } }, false],
    [
      'the namespace was revoked',
      after,
      { secretUID: 's', consumers: { shop: { ...after.consumers.shop, revoked: true } } },
      false,
    ],
  ])('is undisturbed or not: %s', (_, before, now, isUndisturbed) => {
    expect(isUseUndisturbed(before, now, use)).toBe(isUndisturbed);
  });
});

describe('reads', () => {
  const read = { namespace: 'shop', namespaceUID: 'n', atMs: 3_000, version: 7 };
  const shop = { namespaceUID: 'n', sinceMs: 1_000 };

  it('are recorded with the version that the last one returned', () => {
    const web = { namespaceUID: 'w', sinceMs: 2_000 };
    const known = { ...after, consumers: { shop, web } };
    const recorded = pinsAfterReads(known, [read]);
    const consumers = { shop: { ...shop, lastReadMs: 3_000, version: 7 }, web };
    expect(recorded).toEqual({ ...after, consumers });
    expect(parsePins({ ...recorded })).toEqual(recorded);
    const unknown = pinsAfterReads(recorded, [{ ...read, atMs: 4_000, version: undefined }]);
    expect(unknown.consumers['shop']).toEqual({ ...shop, lastReadMs: 4_000 });
  });

  it('that are not later than what is recorded change nothing', () => {
    const recorded = pinsAfterReads(after, [read]);
    expect(pinsAfterReads(recorded, [{ ...read, version: 8 }])).toBe(recorded);
    expect(pinsAfterReads(recorded, [{ ...read, atMs: 2_999 }])).toBe(recorded);
    expect(pinsAfterReads(recorded, [])).toBe(recorded);
  });

  it('by a namespace that was never recorded, or is another one by now, change nothing', () => {
    expect(pinsAfterReads(after, [{ ...read, namespaceUID: 'before' }])).toBe(after);
    expect(pinsAfterReads(noPins, [read])).toBe(noPins);
  });

  it('stay recorded when another namespace begins, and end with a recreated one', () => {
    const recorded = pinsAfterReads(after, [read]);
    const both = pinsAfter(recorded, { ...use, namespace: 'web', namespaceUID: 'w' });
    expect(both.consumers['shop']).toEqual(recorded.consumers['shop']);
    const again = pinsAfter(recorded, { ...use, namespaceUID: 'new', nowMs: 5_000 });
    expect(again.consumers['shop']).toEqual({ namespaceUID: 'new', sinceMs: 5_000 });
  });
});

describe('a revocation is final', () => {
  const pins = {
    secretUID: 's',
    consumers: { shop: { namespaceUID: 'u', sinceMs: 1 }, web: { namespaceUID: 'v', sinceMs: 1 } },
  };
  const to = [
    { namespace: 'shop', revoked: true },
    { namespace: 'unused', revoked: true },
  ];

  it('so that it is recorded for the namespaces that had values', () => {
    const after = pinsAfterRevocations(pins, to);
    expect(after.consumers['shop']).toEqual({ namespaceUID: 'u', sinceMs: 1, revoked: true });
    expect(after.consumers['web']).toEqual(pins.consumers.web);
    expect(pinsAfterRevocations(after, to)).toBe(after);
    expect(pinsAfterRevocations(pins, [])).toBe(pins);
  });

  it('also after a read that was under way', () => {
    const after = pinsAfterRevocations(pins, to);
    const read = { namespace: 'shop', namespaceUID: 'u', atMs: 9, version: 2 };
    expect(pinsAfterReads(after, [read]).consumers['shop']).toEqual({
      ...{ namespaceUID: 'u', sinceMs: 1, revoked: true },
      ...{ lastReadMs: 9, version: 2 },
    });
  });
});
