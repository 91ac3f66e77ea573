import type { TextEntries } from './text-entries.js';

const named: ReadonlyMap<string, string> = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\f', '\\f'],
]);
const special = /[\\=:#!]|[^\u0020-\u007e]/g;

/**
 * As `java.util.Properties.store` writes, in ISO-8859-1 and thus in ASCII, but sorted and without
 * the comment that holds the date.
 * https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html
 */
export function renderProperties(entries: TextEntries): string {
  const lines = entries.map(([key, text]) => {
    // All spaces of a key end it; of a value only a leading one is lost.
    const name = escaped(key).replaceAll(' ', '\\ ');
    return `${name}=${escaped(text).replace(/^ /, '\\ ')}\n`;
  });
  return lines.join('');
}

// Without the flag `u` the pattern sees UTF-16 units, as Java does.
function escaped(text: string): string {
  return text.replaceAll(special, (unit) => {
    if (unit >= ' ' && unit <= '~') return `\\${unit}`;
    const code = unit.charCodeAt(0).toString(16).toUpperCase();
    return named.get(unit) ?? `\\u${code.padStart(4, '0')}`;
  });
}
