import { limits } from '../core/limits.js';
import type { KubeAnswer } from './kube-call.js';

/** How long to wait before a 429 or 503 is asked again; undefined where that is no use. */
export function retryDelayMs(answer: KubeAnswer): number | undefined {
  if (answer.status !== 429 && answer.status !== 503) return undefined;
  const seconds = retryAfterSeconds(answer);
  if (seconds === undefined || seconds * 1_000 > limits.upstreamRetryAfterMsMax) return undefined;
  return seconds * 1_000;
}

/** Seconds of a `Retry-After`; dates are not understood, the API server sends none. */
export function retryAfterSeconds(answer: Pick<KubeAnswer, 'headers'>): number | undefined {
  const value = answer.headers['retry-after'];
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}
