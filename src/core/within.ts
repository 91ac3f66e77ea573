/**
 * The work's own end, or a rejection with `reason` when the signal aborts, though the work goes on:
 * for what cannot be ended, or not for one of those who wait for it.
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
