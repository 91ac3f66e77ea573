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
/** Numbers that JSON cannot say; the API server refuses them. */
export const notANumber = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** Nearly all numbers, and the same in JSON. */
const shortInteger = /^(?:0|-?[1-9][0-9]{0,14})$/;
const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const [leastInteger, mostInteger] = [-(2n ** 63n), 2n ** 64n - 1n];
/** More than 64 bits have in any base. */
const integerCharactersMax = 100;

/**
 * What a plain scalar means to the API server's YAML reader, which follows YAML 1.1: `yes` and `n`
 * are booleans, `012` is octal, dates stay text. https://pkg.go.dev/sigs.k8s.io/yaml
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

/** A float becomes what a JSON encoder writes, so `1e3` is 1000; one out of range stays text. */
function decimal(text: string): RawNumber | string {
  const value = Number(text);
  return Number.isFinite(value) ? new RawNumber(JSON.stringify(value)) : text;
}
