/** All characters that the API server removes from a token before it verifies the token. */
export const whiteSpaces: readonly string[] = [
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f],
  ...[0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
  0x3000,
].map((point) => String.fromCodePoint(point));

const lineBreaks: readonly string[] = ['\n', '\r', '\r\n', '\n\n\n'];
/** Further than the issuer, with which the claims begin. */
const brokenPlaces = Array.from({ length: 50 }, (_, at) => at);
const ONE_MIB_NEARLY = 1_040_000;

type Variant = readonly [what: string, text: string];

/** The same token with white space in it, that is valid if a Secret contains it so. */
export function tokenVariants(token: string): readonly Variant[] {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const variants: Variant[] = [['as it is', token]];
  const add = (what: string, text: string) => variants.push([`${what}: ${inWords(text)}`, text]);
  for (const space of whiteSpaces) {
    add('around', `${space}${token}${space}`);
    add(
      'in the header and the signature',
      [spread(header, space), claims, spread(signature, space)].join('.'),
    );
    for (const before of [space, `${space}${space}`, `${space}\u2003\t`, space.repeat(1_000)]) {
      add('before, and in the claims', `${before}${header}.${spread(claims, '\n')}.${signature}`);
    }
  }
  for (const [index, text] of lineBreaks.entries()) {
    for (const at of brokenPlaces) {
      const broken = `${claims.slice(0, at)}${text}${claims.slice(at)}`;
      const before = ['', ' ', '\t\u00a0', '\u3000'][(at + index) % 4];
      add(`in the claims at ${at}`, `${before}${header}.${broken}.${signature}`);
    }
  }
  for (const length of [13_000, 24_576, ONE_MIB_NEARLY]) {
    for (const space of ['\t', '\n', ' ']) {
      const many = space.repeat(length - token.length);
      add(`${length} after`, `${token}${many}`);
      add(`${length} in the signature`, `${token.slice(0, -9)}${many}${token.slice(-9)}`);
      add(`${length} before, and in the claims`, `${many}${header}.\n${claims}.${signature}`);
    }
  }
  return variants;
}

function spread(text: string, between: string): string {
  return text.split('').join(between);
}

function inWords(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
