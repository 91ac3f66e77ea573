import { ClientClosed, isClosedByClient } from '../core/errors/client-closed.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import type { KubeCall } from './kube-call.js';
import type { KubeExchangeFailure } from './send-once.js';

const TOO_LARGE = "the cluster's answer is too large";

/**
 * Returns the error of a call without a complete answer. If the request of a write may have reached
 * the server, it may have been carried out; other calls changed nothing.
 */
export function networkFailure(
  call: Pick<KubeCall, 'effect' | 'signal'>,
  failure: KubeExchangeFailure,
  pastDeadline: boolean,
): SallyportError {
  const internal = `API server: ${failure.errorCode}: ${failure.message}`;
  if (call.effect === 'write' && failure.begun) return outcomeUnknown(internal);
  if (pastDeadline) {
    return new SallyportError('Timeout', 'the cluster did not answer in time', { internal });
  }
  if (failure.errorCode === 'ABORTED') return cancelled(call, internal);
  if (failure.errorCode === 'ANSWER_TOO_LARGE') return unavailable(TOO_LARGE, { internal });
  return unavailable('the cluster cannot be reached', { internal });
}

/** Returns the error of a call that had no effect when its signal aborted. */
export function cancelled({ signal }: Pick<KubeCall, 'signal'>, internal?: string): SallyportError {
  if (isClosedByClient(signal)) return new ClientClosed();
  return unavailable('the call was cancelled', internal === undefined ? {} : { internal });
}

/** Reports whether a page of a list may be requested in smaller parts. */
export function isAnswerTooLarge(error: unknown): boolean {
  return error instanceof SallyportError && error.message === TOO_LARGE;
}

/** Returns 503: a write may have taken effect. */
export function outcomeUnknown(internal: string): SallyportError {
  const detail = 'the cluster gave no usable answer; the write may have taken effect';
  return new SallyportError('OutcomeUnknown', detail, { internal });
}

/** Reports a persistent connection that the server closed; calls without effect may repeat. */
export function isStaleConnection(failure: KubeExchangeFailure): boolean {
  return (
    failure.begun &&
    !failure.answered &&
    (failure.errorCode === 'ECONNRESET' || failure.errorCode === 'EPIPE')
  );
}
