import { badRequest } from '../../core/errors/sallyport-error.js';

/**
 * Parses the query of a request target to name → value, or name → values for the repeatable ones. A
 * duplicate parameter is refused: readers disagree on which value counts.
 */
export function parseQuery(
  target: string,
  repeatable: readonly string[] = [],
): Record<string, string | string[]> {
  const start = target.indexOf('?');
  const query = Object.create(null) as Record<string, string | string[]>;
  if (start < 0) return query;
  for (const [name, value] of new URLSearchParams(target.slice(start + 1))) {
    const before = query[name];
    if (repeatable.includes(name)) {
      query[name] = Array.isArray(before) ? [...before, value] : [value];
    } else if (before !== undefined) {
      throw badRequest(`parameter ${printable(name)} is given twice`, [
        { pointer: `/query/${printable(name)}`, reason: 'given twice' },
      ]);
    } else {
      query[name] = value;
    }
  }
  return query;
}

function printable(name: string): string {
  return name.slice(0, 64).replaceAll(/[^\w.-]/g, '?');
}
