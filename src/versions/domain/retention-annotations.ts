import type { StringMap } from '../../secrets/domain/secret.js';
import type { RetentionLimits } from './versions.store.js';

const LIMIT = 'sallyport.dev/history-limit';
const MAX_AGE = 'sallyport.dev/history-max-age';
const COUNT = /^[1-9]\d{0,5}$/;
const AGE = /^([1-9]\d{0,5})([smhdw])$/;
const SECOND_MS = 1_000;
const unitsMs: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: 3_600 * SECOND_MS,
  d: 24 * 3_600 * SECOND_MS,
  w: 7 * 24 * 3_600 * SECOND_MS,
};

/** Parses an age such as `30d` to milliseconds; undefined for anything else. */
export function ageMs(text: string): number | undefined {
  const [, count = '', unit = ''] = AGE.exec(text) ?? [];
  const unitMs = unitsMs[unit];
  return unitMs === undefined ? undefined : Number(count) * unitMs;
}

/**
 * Returns the retention of a Secret's history: as configured, or less if annotations of the Secret,
 * else of its namespace, request less. Annotations delete nothing that a minimum protects. An
 * invalid text counts as none.
 */
export function retentionOf(
  configured: RetentionLimits,
  secret: StringMap,
  namespace: StringMap,
): RetentionLimits {
  const versionsMax = countOf(secret[LIMIT]) ?? countOf(namespace[LIMIT]);
  const ageMsMax = ageOf(secret[MAX_AGE]) ?? ageOf(namespace[MAX_AGE]);
  return { ...configured, asked: { versionsMax, ageMsMax } };
}

function countOf(text: string | undefined): number | undefined {
  return text !== undefined && COUNT.test(text) ? Number(text) : undefined;
}

function ageOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : ageMs(text);
}
