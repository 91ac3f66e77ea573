/**
 * Returns a path of the API from its parts. Throws a TypeError for an empty part, `.` and `..`:
 * URLs drop them, and another resource would be meant.
 * https://url.spec.whatwg.org/#double-dot-path-segment
 */
export function pathOf(...parts: readonly string[]): string {
  const encoded = parts.map((part) => {
    if (part === '' || part === '.' || part === '..') {
      throw new TypeError(`a name must not be ${JSON.stringify(part)}`);
    }
    return encodeURIComponent(part);
  });
  return `/v1/${encoded.join('/')}`;
}

export type QueryValue = string | number | readonly string[] | undefined;

/** Returns a query with its question mark; empty if no parameter has a value. */
export function queryOf(parameters: Readonly<Record<string, QueryValue>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) query.append(name, String(one));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
