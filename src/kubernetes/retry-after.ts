import { limits } from '../core/limits.js';
import type { KubeAnswer } from './kube-call.js';

/** Returns the wait before a retry of a 429 or 503; undefined if a retry is useless. */
export function retryDelayMs(answer: KubeAnswer): number | undefined {
  if (answer.status !== 429 && answer.status !== 503) return undefined;
  const seconds = retryAfterSeconds(answer);
  if (seconds === undefined || seconds * 1_000 > limits.upstreamRetryAfterMsMax) return undefined;
  return seconds * 1_000;
}

/** Returns the seconds of a `Retry-After`; ignores dates, which the API server never sends. */
export function retryAfterSeconds(answer: Pick<KubeAnswer, 'headers'>): number | undefined {
  const value = answer.headers['retry-after'];
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}
