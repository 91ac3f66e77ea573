import { UsageError } from './command.js';

const DAY_SECONDS = 86_400;
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: DAY_SECONDS };
/** Below the longest time of a timer of Node.js, 2^31 - 1 ms. */
const TIMER_DAYS_MAX = 24;

/** Reads a duration such as `90s`, `12h` or `30d`, in seconds. Throws UsageError. */
export function durationSeconds(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(number) * (unitSeconds[unit] ?? 0);
  if (seconds > 0) return seconds;
  throw new UsageError(`${text} is no duration, such as 90s, 12h or 30d`);
}

/** Reads a duration for a timer, in milliseconds. Throws UsageError. */
export function timerMs(text: string): number {
  const seconds = durationSeconds(text);
  if (seconds <= TIMER_DAYS_MAX * DAY_SECONDS) return seconds * 1_000;
  throw new UsageError(`${text} is too long: at most ${TIMER_DAYS_MAX}d`);
}
