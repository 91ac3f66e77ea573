const PART = /(\d{1,9})([dhms])/g;
const WHOLE = /^(?:\d{1,9}[dhms])+$/;
const MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** `30d`, `1h30m`, `0s` in milliseconds; undefined where the text is none. */
export function parseDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  let sum = 0;
  for (const [, digits = '', unit = 's'] of text.matchAll(PART)) {
    sum += Number(digits) * MS[unit as keyof typeof MS]; // the pattern names no other
  }
  return Number.isSafeInteger(sum) ? sum : undefined;
}

/** The shortest text that `parseDuration` takes back; parts of a second are cut. */
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
