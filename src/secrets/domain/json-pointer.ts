/** Longest valid text: a label's 253 character prefix, slash and 63 character name. */
const segmentCharactersMax = 317;

/** Returns an RFC 6901 pointer to a position; cuts segments that are too long to be valid. */
export function pointerTo(...segments: readonly string[]): string {
  return segments.map((segment) => `/${escapeSegment(shortened(segment))}`).join('');
}

/** Escapes `~` and `/` in a reference token. RFC 6901 section 3. */
export function escapeSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Returns the reference tokens of a pointer; undefined if RFC 6901 does not allow it. */
export function parsePointer(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  const tokens = pointer.slice(1).split('/');
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function shortened(segment: string): string {
  if (segment.length <= segmentCharactersMax) return segment;
  return `${segment.slice(0, segmentCharactersMax)}…`;
}
