import { badRequest } from '../model/api-status.js';

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Converts a query parameter as Go does: everything except `0`, `false` and absence is true. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

/** Returns a whole number, or undefined if the parameter is absent. Throws 400 in Go's words. */
export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const problem = wholeNumberProblem(text);
  if (problem === undefined) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${problem}`);
}

function wholeNumberProblem(text: string): string | undefined {
  const digits = /^([+-]?)(\d+)$/.exec(text);
  if (!digits) return 'invalid syntax';
  const value = BigInt(digits[2] ?? '') * (digits[1] === '-' ? -1n : 1n);
  return value > INT64_MAX || value < INT64_MIN ? 'value out of range' : undefined;
}
