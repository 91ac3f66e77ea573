/** Reason for the end of a stream that its client did not end. */
export type StreamEnd = 'credential' | 'right' | 'behind' | 'leaving' | 'unfollowed';

export type EndReason = StreamEnd | 'client' | 'failed';

/** Words of the audit trail for each reason. */
export const streamEndings: Readonly<Record<EndReason, string>> = {
  client: 'the client has left',
  credential: 'the credential has ended',
  right: 'the right is gone',
  behind: 'the client is too far behind',
  leaving: 'the gateway stops',
  unfollowed: 'the namespace is no longer followed',
  failed: 'it has failed',
};

/** Returns the reason of an abort, which is a word of `TermsEnd`. */
export function endReasonOf(signal: AbortSignal): EndReason {
  const reason: unknown = signal.reason;
  return reason === 'credential' || reason === 'leaving' ? reason : 'client';
}

/** Acts at an abort, immediately if it was before; not after `until`. */
export function whenAborted(signal: AbortSignal, until: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true, signal: until });
}
