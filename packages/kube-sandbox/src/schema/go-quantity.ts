const shape = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][-+]?\d+)|([KMGTPE]i|[numkMGTPE]?))$/;
const number = /^[+-]?[0-9.]+/;
const suffixShape = /^[eEinumkKMGTP]*[-+]?[0-9]*$/;
const decimalExponents: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const wrongFormat =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const smallestExponent = -9;
/** Longer numbers stay unchanged; Go caps them. */
const digitsMax = 40;

/** Error of an invalid quantity, in the words of Kubernetes. */
export class QuantitySyntaxError extends Error {
  override readonly name = 'QuantitySyntaxError';
}

/**
 * Returns a quantity as Kubernetes encodes it again: `0.5` is `500m`, `1024Mi` is `1Gi`. Throws
 * QuantitySyntaxError.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function canonicalQuantity(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent, suffix = ''] = shape.exec(text) ?? [];
  if (`${whole}${fraction}` === '') {
    throw new QuantitySyntaxError(
      looksRight(text) ? "unable to parse quantity's suffix" : wrongFormat,
    );
  }
  if (whole.length + fraction.length > digitsMax) return text;
  const digits = BigInt(`${whole}${fraction}`);
  const minus = sign === '-' && digits !== 0n ? '-' : '';
  const written = suffix.endsWith('i')
    ? binaryQuantity(digits, fraction.length, suffix)
    : decimalQuantity(digits, fraction.length, { exponent, suffix });
  return written === undefined ? text : `${minus}${written}`;
}

/** Two steps, because a single expression would backtrack over every split of the digits. */
function looksRight(text: string): boolean {
  const given = number.exec(text)?.[0];
  return given !== undefined && suffixShape.test(text.slice(given.length));
}

function decimalQuantity(
  digits: bigint,
  fractionLength: number,
  { exponent, suffix }: { readonly exponent: string | undefined; readonly suffix: string },
): string | undefined {
  if (exponent === undefined) {
    const { mantissa, power } = rounded(digits, (decimalExponents[suffix] ?? 0) - fractionLength);
    return withSuffix(mantissa, power);
  }
  const scale = Number(exponent.slice(1));
  if (Math.abs(scale) > digitsMax) return undefined;
  const { mantissa, power } = rounded(digits, scale - fractionLength);
  return withExponent(mantissa, power);
}

/** Fractions of a byte become decimal. */
function binaryQuantity(digits: bigint, fractionLength: number, suffix: string): string {
  const bytes = digits * 1024n ** BigInt(binarySuffixes.indexOf(suffix));
  const divisor = 10n ** BigInt(fractionLength);
  if (bytes % divisor !== 0n) {
    const { mantissa, power } = rounded(bytes, -fractionLength);
    return withSuffix(mantissa, power);
  }
  let value = bytes / divisor;
  let index = 0;
  while (value !== 0n && value % 1024n === 0n && index < binarySuffixes.length - 1) {
    value /= 1024n;
    index += 1;
  }
  return `${value}${binarySuffixes[index] ?? ''}`;
}

/** Rounds up to nano, with an exponent that is a multiple of three. */
function rounded(digits: bigint, exponent: number): { mantissa: bigint; power: number } {
  let [mantissa, power] = [digits, exponent];
  if (mantissa === 0n) return { mantissa, power: 0 };
  if (power < smallestExponent) {
    const divisor = 10n ** BigInt(smallestExponent - power);
    mantissa = (mantissa + divisor - 1n) / divisor;
    power = smallestExponent;
  }
  while (mantissa % 10n === 0n) {
    mantissa /= 10n;
    power += 1;
  }
  while (power % 3 !== 0 || power > 18) {
    mantissa *= 10n;
    power -= 1;
  }
  return { mantissa, power };
}

function withSuffix(mantissa: bigint, power: number): string {
  const suffix = Object.keys(decimalExponents).find((name) => decimalExponents[name] === power);
  return `${mantissa}${suffix ?? ''}`;
}

function withExponent(mantissa: bigint, power: number): string {
  return power === 0 ? mantissa.toString() : `${mantissa}e${power}`;
}
