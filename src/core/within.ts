/**
 * Settles with the work, or rejects with `reason` when the signal aborts, although the work
 * continues. Use it for work that cannot be ended, or not for one of its waiters.
 */
export async function within<T>(
  signal: AbortSignal,
  work: Promise<T>,
  reason: () => Error = notInTime,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(reason());
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function notInTime(): Error {
  return new DOMException('not done in time', 'AbortError');
}
