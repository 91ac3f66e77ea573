import { ApiStatusError, badRequest, type StatusCause } from '../model/api-status.js';

const UINT64_MAX = 2n ** 64n - 1n;

/** Returns the parameter as a number, or undefined. Throws the error of GET and watches. */
export function requestedRevision(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion') ?? '';
  const problem = problemOf(text);
  if (problem !== undefined) throw new ApiStatusError(500, '', problem);
  return text === '' ? undefined : Number(text);
}

/** Returns the parameter as a number, or undefined. Throws the 400 of lists. */
export function listRevision(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion') ?? '';
  const problem = problemOf(text);
  if (problem !== undefined) throw badRequest(`invalid resource version: ${problem}`);
  return text === '' ? undefined : Number(text);
}

/** Throws 504 immediately for a future revision, since this store never lags. */
export function refuseFutureRevision(query: URLSearchParams, current: number): void {
  refuseFuture(requestedRevision(query), current);
}

export function refuseFuture(wanted: number | undefined, current: number): void {
  if (wanted !== undefined && wanted > current) throw futureRevision(wanted, current);
}

export function futureRevision(wanted: number, current: number): ApiStatusError {
  const cause = { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' };
  // The cause is about no field and therefore has no `field` member.
  const causes = [cause as StatusCause];
  const message = `Timeout: Too large resource version: ${wanted}, current: ${current}`;
  return new ApiStatusError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}

function problemOf(text: string): string | undefined {
  if (text === '') return undefined;
  const quoted = JSON.stringify(text);
  const prefix = `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}`;
  if (!/^\d+$/.test(text)) return `${prefix}: invalid syntax`;
  return BigInt(text) > UINT64_MAX ? `${prefix}: value out of range` : undefined;
}
