import { syncLimits } from '../../core/sync-limits.js';
import { OutboundFault } from '../../platform/outbound/domain/outbound-fault.js';
import type { HttpsAnswer } from '../../platform/outbound/https-exchange.js';
import { RemoteFault } from '../domain/remote-fault.js';
import { isTooMuchJson, jsonBody, type JsonBody } from './json-values.js';

/**
 * Returns the body of an answer. Throws RemoteFault TargetFailed for another one than JSON. Throws
 * NotReadable for a large one to a request that succeeded: the secret of one tenant is so large,
 * which says nothing about the store.
 */
export function bodyOf({ status, body }: HttpsAnswer): JsonBody {
  if (body === undefined) throw tooLarge(status, 'the answer of the store is too long');
  const parsed = jsonBody(body);
  if (parsed !== undefined) return parsed;
  if (isTooMuchJson(body)) throw tooLarge(status, 'the answer of the store has too many members');
  throw new RemoteFault('TargetFailed', 'the answer of the store is no object of JSON');
}

function tooLarge(status: number, message: string): RemoteFault {
  return new RemoteFault(status === 200 ? 'NotReadable' : 'TargetFailed', message);
}

/** Returns the body of an answer; undefined for another one than JSON. */
export function bodyIfJson({ body }: HttpsAnswer): JsonBody | undefined {
  return body === undefined ? undefined : jsonBody(body);
}

/** Returns the failure that a status means for every store. It quotes nothing of the store. */
export function faultOfStatus(answer: HttpsAnswer): RemoteFault {
  const { status } = answer;
  if (status === 401 || status === 403) {
    return new RemoteFault('StoreDenied', 'the store refuses the credential or the right');
  }
  if (status === 429 || status === 503) return busy(pauseOf(answer));
  if (status === 413)
    return new RemoteFault('StoreRefused', 'the values are too long for the store');
  if (status === 400) return new RemoteFault('StoreRefused', 'the store refuses the request');
  return new RemoteFault('TargetFailed', `the store answers with status ${status}`);
}

/** Returns the failure of a request that the store can take later. */
export function busy(retryAfterMs: number | undefined): RemoteFault {
  return new RemoteFault('StoreBusy', 'the store takes no requests now', { retryAfterMs });
}

/** Returns the failure of a write for a state that is not there any more. */
export function changed(): RemoteFault {
  return new RemoteFault('StoreChanged', 'the secret in the store was changed meanwhile');
}

/** Waits for work after a first part was carried out: each failure says so. */
export async function afterWrite<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    if (error instanceof RemoteFault) throw error.afterWrite();
    if (!(error instanceof OutboundFault)) throw error;
    const { reason, message } = error as OutboundFault;
    throw new RemoteFault(reason, message, { isAfterWrite: true });
  });
}

/** Returns the pause that an answer demands. RFC 9110, section 10.2.3, in seconds. */
export function pauseOf({ headers }: HttpsAnswer): number | undefined {
  const seconds = /^\d{1,9}$/.exec(headers['retry-after'] ?? '')?.[0];
  if (seconds === undefined) return undefined;
  return Math.min(Number(seconds) * 1_000, syncLimits.retryAfterMsMax);
}
