/** Element of BER: its tag and the bytes of its content. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
}

export const derTag = {
  integer: 0x02,
  octetString: 0x04,
  objectIdentifier: 0x06,
  octetStringInParts: 0x24,
  sequence: 0x30,
} as const;

const LONG_FORM = 0x80;
const LENGTH_BYTES_MAX = 4;
const CONSTRUCTED = 0x20;
const END_BYTES = 2;
const PARTS_MAX = 10_000;

/**
 * Returns the elements of a content in order; undefined if it is no BER with short tags (X.690,
 * section 8). BER differs from DER by lengths that an end marks: Firefox and Bouncy Castle write
 * them. Elements are views of the bytes: nothing is copied.
 */
export function derElements(bytes: Buffer, countMax = 64): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  let position = 0;
  while (position < bytes.length) {
    const place = placeAt(bytes, position);
    if (place === undefined || elements.length === countMax) return undefined;
    const { contentAt, contentEnd, end } = place;
    elements.push({
      tag: bytes[position] ?? 0,
      content: bytes.subarray(contentAt, contentEnd),
    });
    position = end;
  }
  return elements;
}

/** Returns the elements within an element; none if it is absent or no BER. */
export function derChildren(element: DerElement | undefined): readonly DerElement[] {
  return element === undefined ? [] : (derElements(element.content) ?? []);
}

/** Returns the content in hexadecimal, by which object identifiers are compared. */
export function derHex(element: DerElement | undefined): string {
  return element?.content.toString('hex') ?? '';
}

/** Returns a positive number of at most six bytes; undefined for another element. */
export function derNumber(element: DerElement | undefined): number | undefined {
  const size = element?.content.length ?? 0;
  if (element?.tag !== derTag.integer || size < 1 || size > 6) return undefined;
  const value = element.content.readIntBE(0, size);
  return value < 0 ? undefined : value;
}

/** Returns the bytes of an octet string, whole or in parts; undefined for another element. */
export function derOctets(element: DerElement | undefined): Buffer | undefined {
  if (element?.tag === derTag.octetString) return element.content;
  if (element?.tag !== derTag.octetStringInParts) return undefined;
  const parts = derElements(element.content, PARTS_MAX);
  const isFlat = parts?.every(({ tag }) => tag === derTag.octetString) === true;
  return isFlat ? Buffer.concat(parts.map(({ content }) => content)) : undefined;
}

interface Place {
  readonly contentAt: number;
  readonly contentEnd: number;
  readonly end: number;
}

function placeAt(bytes: Buffer, position: number): Place | undefined {
  const length = lengthAt(bytes, position + 1);
  if (length === undefined) return undefined;
  const { contentAt, size } = length;
  if (size === 'marked') return markedPlace(bytes, position, contentAt);
  const end = contentAt + size;
  return end > bytes.length ? undefined : { contentAt, contentEnd: end, end };
}

/** Searches the end of an element that two zero bytes end, past elements within: one loop. */
function markedPlace(bytes: Buffer, start: number, contentAt: number): Place | undefined {
  if (((bytes[start] ?? 0) & CONSTRUCTED) === 0) return undefined;
  let open = 1;
  let position = contentAt;
  while (position < bytes.length) {
    const isEnd = bytes[position] === 0 && bytes[position + 1] === 0;
    const length = lengthAt(bytes, position + 1);
    if (length === undefined) return undefined;
    if (isEnd) open -= 1;
    if (open === 0) return { contentAt, contentEnd: position, end: position + END_BYTES };
    if (length.size === 'marked') open += 1;
    position = length.contentAt + (length.size === 'marked' ? 0 : length.size);
  }
  return undefined;
}

interface Length {
  readonly contentAt: number;
  readonly size: number | 'marked';
}

function lengthAt(bytes: Buffer, position: number): Length | undefined {
  const first = bytes[position];
  if (first === undefined) return undefined;
  if (first < LONG_FORM) return { contentAt: position + 1, size: first };
  if (first === LONG_FORM) return { contentAt: position + 1, size: 'marked' };
  const count = first - LONG_FORM;
  const contentAt = position + 1 + count;
  if (count > LENGTH_BYTES_MAX || contentAt > bytes.length) return undefined;
  return { contentAt, size: bytes.readUIntBE(position + 1, count) };
}
