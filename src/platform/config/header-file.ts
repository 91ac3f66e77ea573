const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const VALUE = /^[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?$/;
const CHARACTERS_MAX = 16 * 1024;
/** Header fields of the request itself, which would change its receiver or its body's meaning. */
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
 * Parses header fields, one a line, as in curl's `-H @FILE`; names become lower case. Returns
 * undefined if a line is invalid, a name occurs twice or is set by requests themselves, or there
 * are no fields.
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
