/** Characters that Go's encoder escapes. https://pkg.go.dev/encoding/json#Marshal */
const ESCAPED = /[<>&\u2028\u2029]/g;

/** Returns a value as JSON as programs in Go print it: members sorted, without spaces. */
export function goJson(value: unknown): string {
  return JSON.stringify(sorted(value)).replaceAll(ESCAPED, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
