/** One range of an `Accept` header. RFC 9110 section 12.5.1. */
export interface AcceptedRange {
  /** Lower case, such as `text/*`. */
  readonly range: string;
  /** From 0, which refuses the range, to 1. */
  readonly quality: number;
}

/** Returns the ranges of an `Accept` header, in its order; a header that is absent accepts all. */
export function acceptedRanges(accept = '*/*'): readonly AcceptedRange[] {
  return accept
    .toLowerCase()
    .split(',')
    .map((text) => {
      const [range = '', ...parameters] = text.split(';').map((part) => part.trim());
      return { range, quality: qualityIn(parameters) };
    });
}

/** Returns the quality of a media type by its most specific range; 0 if it is not accepted. */
export function qualityOf(ranges: readonly AcceptedRange[], mediaType: string): number {
  const [type = ''] = mediaType.split('/');
  for (const wanted of [mediaType, `${type}/*`, '*/*']) {
    const found = ranges.filter(({ range }) => range === wanted);
    if (found.length > 0) return Math.max(...found.map(({ quality }) => quality));
  }
  return 0;
}

/**
 * Reports whether a header names a media type itself, with a higher quality than each of the
 * others. Many generated clients name all types alike, and get the others.
 */
export function isPreferred(
  accept: string | undefined,
  mediaType: string,
  others: readonly string[],
): boolean {
  const ranges = acceptedRanges(accept);
  const named = ranges.filter(({ range }) => range === mediaType);
  const quality = Math.max(0, ...named.map((range) => range.quality));
  return others.every((other) => quality > qualityOf(ranges, other));
}

/** Returns the weight among the parameters of a range; 1 if there is no valid one. */
function qualityIn(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '';
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight) : 1;
}
