import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../../../../src/core/page.js';
import {
  candidatesAfter,
  cursorAfterOffer,
  decodePosition,
  encodePosition,
  positionAfter,
} from '../../../../src/shares/domain/offer-page.js';
import { type OfferedShare, offerOf } from '../../../../src/shares/domain/offer.js';
import type { ParsedShare, ShareSpec } from '../../../../src/shares/domain/share-spec.js';
import { aShare } from './sharing.builder.js';

const start = decodePosition(undefined);
const shareAt = (place: string): ParsedShare => {
  const [namespace = '', name = ''] = place.split('/');
  return aShare({}, { namespace, name, uid: `uid-of-${place}` });
};
const offerAt = (share: ParsedShare): OfferedShare =>
  offerOf(share, share.spec as ShareSpec, 'shop'); // of a valid share
const placesOf = (shares: readonly ParsedShare[]) =>
  shares.map(({ object: { namespace, name } }) => `${namespace}/${name}`);

const sorted = ['a/x', 'a/y', 'a-b/x', 'b/a', 'b/c'];
const shares = ['b/c', 'a-b/x', 'a/y', 'b/a', 'a/x'].map(shareAt);

/** Lists page by page, where only some shares deliver; also returns all cursors. */
function listed(limit: number, delivers: (place: string) => boolean) {
  const items: string[] = [];
  const cursors: string[] = [];
  let position = start;
  for (let pages = 0; pages <= shares.length; pages += 1) {
    const candidates = candidatesAfter(shares, position, limit);
    const shown = candidates.checked.filter((one) => delivers(placesOf([one])[0] ?? ''));
    items.push(...placesOf(shown));
    if (!candidates.hasMore) break;
    const cursor = encodePosition(positionAfter(position, candidates, shown.map(offerAt)));
    cursors.push(Buffer.from(cursor, 'base64url').toString());
    position = decodePosition(cursor);
  }
  return { items, cursors };
}

describe('pages', () => {
  it.each([1, 2, 3, 4, 5])('of %i follow each other by namespace and name', (limit) => {
    expect(listed(limit, () => true).items).toEqual(sorted);
  });

  it.each([1, 2, 3])('of %i are complete if some shares do not deliver', (limit) => {
    const { items } = listed(limit, (place) => place.startsWith('b/'));
    expect(items).toEqual(['b/a', 'b/c']);
    expect(listed(limit, () => false).items).toEqual([]);
  });

  it('have cursors without names of shares that were not shown', () => {
    const { cursors } = listed(1, (place) => place === 'a/y');
    const named = (position: object) => expect.objectContaining(position);
    expect(cursors.map((cursor) => JSON.parse(cursor))).toEqual([
      { checked: 'uid-of-a/x' },
      { namespace: 'a', name: 'y' },
      named({ namespace: 'a', name: 'y', checked: 'uid-of-a-b/x' }),
      named({ namespace: 'a', name: 'y', checked: 'uid-of-b/a' }),
    ]);
  });

  it('go on after the last shown share, if the last checked share is deleted', () => {
    const position = { shown: { namespace: 'a', name: 'y' }, checkedUid: 'deleted' };
    expect(placesOf(candidatesAfter(shares, position, 2).checked)).toEqual(['a-b/x', 'b/a']);
    const nothing = { shown: undefined, checkedUid: 'deleted' };
    expect(placesOf(candidatesAfter(shares, nothing, 1).checked)).toEqual(['a/x']);
  });
});

describe('a cursor', () => {
  it('behind one offer continues after it', () => {
    const position = decodePosition(cursorAfterOffer(offerAt(shareAt('a/y'))));
    expect(placesOf(candidatesAfter(shares, position, 1).checked)).toEqual(['a-b/x']);
  });

  it('of another API is refused, and of another list it is only a place', () => {
    expect(() => decodePosition('!')).toThrow('continue is not a cursor');
    const position = decodePosition(encodeCursor({ after: 'x' }));
    expect(candidatesAfter(shares, position, 9).checked.length).toBe(shares.length);
  });
});
