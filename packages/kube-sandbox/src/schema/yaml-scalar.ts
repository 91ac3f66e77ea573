import { RawNumber, type RawValue } from './raw-value.js';

const words = new Map<string, boolean | null>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => [word, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);
/** Numbers that JSON cannot represent; the API server refuses them. */
export const notANumber = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** Most numbers, which are written the same way in JSON. */
const shortInteger = /^(?:0|-?[1-9][0-9]{0,14})$/;
const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const [leastInteger, mostInteger] = [-(2n ** 63n), 2n ** 64n - 1n];
/** Longer than any 64-bit integer, in every base. */
const integerCharactersMax = 100;

/**
 * Resolves a plain scalar as the API server's YAML reader does, by YAML 1.1: `yes` and `n` are
 * booleans, `012` is octal, dates stay text.
 * https://pkg.go.dev/sigs.k8s.io/yaml
 */
export function resolvePlainScalar(text: string): RawValue {
  const word = words.get(text);
  if (word !== undefined) return word;
  const first = text.charAt(0);
  if (first === '.') return float.test(text) ? decimal(text) : text;
  if (!/[-+0-9]/.test(first)) return text;
  if (shortInteger.test(text)) return new RawNumber(text);
  const plain = text.replaceAll('_', '');
  const whole = wholeNumber(plain);
  if (whole !== undefined) return whole;
  return float.test(plain) ? decimal(plain) : text;
}

function wholeNumber(plain: string): RawNumber | undefined {
  if (plain.length > integerCharactersMax) return undefined;
  const [, sign = '', hexadecimal, binary, octal, decimalDigits] = integer.exec(plain) ?? [];
  const digits =
    hexadecimal === undefined
      ? binary === undefined
        ? octal === undefined
          ? decimalDigits
          : `0o${octal}`
        : `0b${binary}`
      : `0x${hexadecimal}`;
  if (digits === undefined) return undefined;
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  return value < leastInteger || value > mostInteger ? undefined : new RawNumber(value.toString());
}

/** Normalizes a float as a JSON encoder does (`1e3` is 1000); an out-of-range float stays text. */
function decimal(text: string): RawNumber | string {
  const value = Number(text);
  return Number.isFinite(value) ? new RawNumber(JSON.stringify(value)) : text;
}
