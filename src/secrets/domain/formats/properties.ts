import type { TextEntries } from './text-entries.js';

const named: ReadonlyMap<string, string> = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\f', '\\f'],
]);
const special = /[\\=:#!]|[^\u0020-\u007e]/g;

/**
 * Renders as `java.util.Properties.store`, in ISO-8859-1 and thus in ASCII, but sorted and without
 * the comment that contains the date.
 * https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html
 */
export function renderProperties(entries: TextEntries): string {
  const lines = entries.map(([key, text]) => {
    // Every space in a key would end it; in a value, only a leading space is lost.
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
