import { parseTime } from '../../domain/parse-time.js';

/** The time before which an entry is too old, in milliseconds; undefined where none ever is. */
export function oldBeforeMs(maxAge: string | undefined, nowMs: number): number | undefined {
  return maxAge === undefined ? undefined : parseTime(maxAge, nowMs);
}
