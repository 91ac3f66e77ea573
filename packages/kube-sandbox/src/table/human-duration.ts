const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

function ofHours(hours: number): string {
  const days = Math.trunc(hours / 24);
  if (hours < 48) return `${hours}h`;
  if (hours < 24 * 8) return pair(days, 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.trunc(days / 365);
  return hours < 24 * 365 * 8 ? pair(years, 'y', days % 365, 'd') : `${years}y`;
}

/**
 * Formats an age like the API server, with two or three significant figures: `5m3s`, `47h`. Up to
 * two seconds in the future are tolerated as clock skew, more is `<invalid>`.
 * https://pkg.go.dev/k8s.io/apimachinery/pkg/util/duration#HumanDuration
 */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / second);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(ms / minute);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(ms / hour);
  return hours < 8 ? pair(hours, 'h', minutes % 60, 'm') : ofHours(hours);
}

/** Returns milliseconds since 1970, or undefined if the text is not an RFC 3339 time. */
export function timeOf(timestamp: string): number | undefined {
  const ms = RFC3339.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Returns the time since a timestamp; `<unknown>` without a timestamp. */
export function ageOf(timestamp: unknown, nowMs: number): string {
  if (typeof timestamp !== 'string' || timestamp === '' || timestamp === 'null') return '<unknown>';
  const then = timeOf(timestamp);
  return then === undefined ? '<invalid>' : humanDuration(nowMs - then);
}
