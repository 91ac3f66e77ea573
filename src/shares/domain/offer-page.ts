import { decodeCursor, encodeCursor } from '../../core/page.js';
import type { OfferedShare } from './offer.js';
import type { ParsedShare } from './share-spec.js';

/** Share that an item or a position is about. */
export interface SharePlace {
  readonly namespace: string;
  readonly name: string;
}

/** Position in the list of a namespace. It names only shares that the list has shown. */
export interface OfferPosition {
  /** Last share that was shown; undefined if none was. */
  readonly shown: SharePlace | undefined;
  /** Uid of the last share that was checked, if it was not shown. */
  readonly checkedUid?: string | undefined;
}

/** Candidates that a page checks, and whether there are more. */
export interface OfferCandidates {
  readonly checked: readonly ParsedShare[];
  readonly hasMore: boolean;
}

const FIRST: OfferPosition = { shown: undefined };

/** Returns a position as a cursor, which contains no name of a share that was not offered. */
export function encodePosition({ shown, checkedUid }: OfferPosition): string {
  return encodeCursor({ ...shown, ...(checkedUid !== undefined && { checked: checkedUid }) });
}

/** Returns the position of a cursor; without one, the first. Throws BadRequest. */
export function decodePosition(cursor: string | undefined): OfferPosition {
  if (cursor === undefined) return FIRST;
  const { namespace, name, checked } = decodeCursor(cursor);
  const shown = namespace === undefined || name === undefined ? undefined : { namespace, name };
  return { shown, checkedUid: checked };
}

/** Returns the cursor behind an offer that was shown. */
export function cursorAfterOffer({ from }: Pick<OfferedShare, 'from'>): string {
  return encodePosition({ shown: { namespace: from.namespace, name: from.share } });
}

/**
 * Returns the candidates after a position, by namespace and name, at most `limit`. If the share
 * that was checked last is deleted, those after the share that was shown last are checked again.
 */
export function candidatesAfter(
  shares: readonly ParsedShare[],
  { shown, checkedUid }: OfferPosition,
  limit: number,
): OfferCandidates {
  const sorted = shares.toSorted((one, other) => comparePlaces(one.object, other.object));
  const last = sorted.findIndex(({ object }) => object.uid === checkedUid);
  const rest =
    last < 0
      ? sorted.filter(({ object }) => shown === undefined || comparePlaces(object, shown) > 0)
      : sorted.slice(last + 1);
  return { checked: rest.slice(0, limit), hasMore: rest.length > limit };
}

/** Returns the position after a page. */
export function positionAfter(
  before: OfferPosition,
  { checked }: Pick<OfferCandidates, 'checked'>,
  shown: readonly OfferedShare[],
): OfferPosition {
  const lastShown = shown.at(-1)?.from;
  const place = lastShown && { namespace: lastShown.namespace, name: lastShown.share };
  const last = checked.at(-1)?.object;
  const isShown = last?.namespace === place?.namespace && last?.name === place?.name;
  return { shown: place ?? before.shown, checkedUid: isShown ? undefined : last?.uid };
}

function comparePlaces(one: SharePlace, other: SharePlace): number {
  return compare(one.namespace, other.namespace) || compare(one.name, other.name);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
