const PART = /(\d{1,9})([dhms])/g;
const WHOLE = /^(?:\d{1,9}[dhms])+$/;
const MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** Parses `30d`, `1h30m`, `0s` to milliseconds; undefined for an invalid text. */
export function parseDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  let sum = 0;
  for (const [, digits = '', unit = 's'] of text.matchAll(PART)) {
    sum += Number(digits) * MS[unit as keyof typeof MS]; // the pattern names no other
  }
  return Number.isSafeInteger(sum) ? sum : undefined;
}

/** Returns the shortest text that `parseDuration` parses back; cuts parts of a second. */
export function formatDuration(ms: number): string {
  let rest = Math.floor(ms / MS.s) * MS.s;
  let text = '';
  for (const [unit, size] of Object.entries(MS)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text || '0s';
}
