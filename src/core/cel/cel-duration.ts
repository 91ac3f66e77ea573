import { Duration } from '@marcbachmann/cel-js/evaluator';
import { limits } from '../limits.js';

const UNIT_NANOSECONDS: Readonly<Record<string, bigint>> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  ns: 1n,
};
const SECOND = 1_000_000_000n;
const NANOSECONDS_MAX = 2n ** 63n - 1n;

/**
 * Parses a duration like `-1h30m` or `1.5s`, as CEL takes it over from Go. Throws for any other
 * text. The library's parser takes cubic time for a long row of digits.
 * https://pkg.go.dev/time#ParseDuration
 */
export function parseDuration(text: string): Duration {
  if (text.length > limits.celDurationCharactersMax) throw invalid();
  const isNegative = text.startsWith('-');
  const unsigned = /^[-+]/.test(text) ? text.slice(1) : text;
  const nanoseconds = unsigned === '0' ? 0n : sumOf(unsigned);
  const sign = isNegative ? -1n : 1n;
  return new Duration(sign * (nanoseconds / SECOND), Number(sign * (nanoseconds % SECOND)));
}

function sumOf(text: string): bigint {
  const part = /(\d*)(?:\.(\d*))?(ns|us|µs|ms|s|m|h)/y;
  let sum = 0n;
  do {
    const [, whole = '', fraction = '', unit = ''] = part.exec(text) ?? [];
    const nanoseconds = UNIT_NANOSECONDS[unit];
    if (nanoseconds === undefined || whole + fraction === '') throw invalid();
    const scale = 10n ** BigInt(fraction.length);
    sum += (BigInt(whole + fraction) * nanoseconds) / scale;
  } while (part.lastIndex < text.length);
  if (sum > NANOSECONDS_MAX) throw invalid();
  return sum;
}

const invalid = () => new RangeError('no duration');
