export interface PemBlock {
  readonly label: string;
  /** The block itself, from its first dash to its last. */
  readonly text: string;
  /** Text between the boundaries, without headers and line breaks. */
  readonly base64: string;
}

const boundary = /-----(BEGIN|END) ([A-Z0-9][A-Z0-9 ]*)-----/g;
const headers = /^(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n/;

/**
 * Parses textual encoding (RFC 7468, section 2): blocks with equal labels at both ends, in order.
 * Text around blocks is allowed; an open block or invalid base64 gives undefined.
 */
export function parsePem(text: string): PemBlock[] | undefined {
  const blocks: PemBlock[] = [];
  let open: RegExpExecArray | undefined;
  for (const match of text.matchAll(boundary)) {
    if (match[1] === 'BEGIN') {
      if (open !== undefined) return undefined;
      open = match;
      continue;
    }
    const block = open === undefined ? undefined : blockBetween(text, open, match);
    if (block === undefined) return undefined;
    blocks.push(block);
    open = undefined;
  }
  return open === undefined ? blocks : undefined;
}

function blockBetween(
  text: string,
  begin: RegExpExecArray,
  end: RegExpExecArray,
): PemBlock | undefined {
  if (begin[2] !== end[2]) return undefined;
  const body = text.slice(begin.index + begin[0].length, end.index).trimStart();
  const base64 = body.replace(headers, '').replaceAll(/\s/g, '');
  if (base64 === '' || base64.length % 4 !== 0) return undefined;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const block = text.slice(begin.index, end.index + end[0].length);
  return { label: begin[2] ?? '', text: block, base64 };
}
