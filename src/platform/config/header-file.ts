const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const VALUE = /^[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?$/;
const CHARACTERS_MAX = 16 * 1024;
/** Those of the request itself, which would change what its body is or whom it goes to. */
const OURS = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

export const HEADER_FILE_RULE = 'expected a header field a line, such as Authorization: Bearer …';

/**
 * The header fields in a text, one a line, as curl's `-H @FILE` takes them; names in lower case.
 * Undefined where a line is none, a name comes twice or is that of a field which requests have of
 * themselves, or there is none at all.
 */
export function headersIn(text: string): Readonly<Record<string, string>> | undefined {
  if (text.length > CHARACTERS_MAX) return undefined;
  const headers = new Map<string, string>();
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const at = line.indexOf(':');
    const name = line.slice(0, Math.max(at, 0)).toLowerCase();
    const value = line.slice(at + 1).trim();
    const isField = NAME.test(name) && VALUE.test(value);
    if (!isField || headers.has(name) || OURS.has(name)) return undefined;
    headers.set(name, value);
  }
  return headers.size === 0 ? undefined : Object.fromEntries(headers);
}
