const PRINTABLE = /^[\x20-\x7e]*$/;
const TOKEN = /^[\x21-\x7e]+$/;
const encoder = new TextEncoder();

/** Headers of a request by name; those that are undefined are left out. */
export type HeaderValues = Readonly<Record<string, string | undefined>>;

/**
 * Returns headers. Throws a TypeError for a value that no header can have, without the value, which
 * the error of the platform would contain.
 */
export function headersOf(bearer: string, values: HeaderValues): Headers {
  if (!TOKEN.test(bearer)) throw new TypeError('the token is empty or has invalid characters');
  const headers = new Headers({ authorization: `Bearer ${bearer}` });
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    if (!PRINTABLE.test(value)) throw new TypeError(`${name} has characters that it cannot have`);
    headers.set(name, value);
  }
  return headers;
}

/**
 * Returns a text as the gateway reads it in a header: each byte of its UTF-8 is one character.
 * Throws a TypeError for control characters.
 */
export function reasonHeader(reason: string): string {
  // oxlint-disable-next-line eslint/no-control-regex -- what is looked for
  if (/[\x00-\x1f\x7f]/.test(reason)) throw new TypeError('a reason has no control characters');
  return String.fromCharCode(...encoder.encode(reason));
}
