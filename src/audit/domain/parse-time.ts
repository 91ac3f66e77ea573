import { z } from 'zod';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const AGE = /^(\d{1,6})([smhdw])$/;
const rfc3339 = z.iso.datetime({ offset: true });

/** Parses RFC 3339, or an age like `30d` before `nowMs`, to milliseconds; undefined if neither. */
export function parseTime(text: string, nowMs: number): number | undefined {
  const [, count, unit] = AGE.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) {
    return nowMs - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]; // AGE knows no other unit
  }
  return rfc3339.safeParse(text).success ? Date.parse(text) : undefined;
}
