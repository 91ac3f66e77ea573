import { parseTime } from '../../domain/parse-time.js';

/** Returns the time in milliseconds before which an entry is too old; undefined if none ever is. */
export function oldBeforeMs(maxAge: string | undefined, nowMs: number): number | undefined {
  return maxAge === undefined ? undefined : parseTime(maxAge, nowMs);
}
