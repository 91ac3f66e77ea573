// What differs between two runs of the same commands, and what stands for it in comparisons.
const replacements: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>'],
  [/<uuid>\/[0-9a-f]{12}\b/g, '<uuid>/<origin>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/"<uuid>\.\d+"/g, '"<etag>"'],
  [/curl\/[0-9.]+/g, 'curl/<version>'],
  [/^date: .*$/gim, 'date: <date>'],
];
const countedMembers = new Set(['id', 'resourceVersion', 'continue']);

/** JSON with placeholders for ids, times and counters. */
export function normaliseJson(text: string): unknown {
  return JSON.parse(text, (member, value: unknown) => {
    if (typeof value !== 'string') return value;
    return countedMembers.has(member) ? '<counter>' : replaced(value);
  });
}

/** Text with the same placeholders; the last line's end does not count. */
export function normaliseText(text: string): string {
  return replaced(text.replaceAll('\r', '')).trimEnd();
}

function replaced(text: string): string {
  return replacements.reduce((result, [pattern, by]) => result.replaceAll(pattern, by), text);
}
