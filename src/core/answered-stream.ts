import type { CallContext } from './call-context.js';
import type { RawStream } from './forwarding.js';

/**
 * Opens a stream with the signal that ends it: the call's. The signal also aborts if `open` fails
 * after the stream exists, as nothing would read it then.
 */
export async function answeredStream(
  { signal: ofCall }: Pick<CallContext, 'signal'>,
  open: (signal: AbortSignal) => Promise<RawStream>,
): Promise<RawStream> {
  const unanswered = new AbortController();
  const { signal } = unanswered;
  try {
    return await open(ofCall === undefined ? signal : AbortSignal.any([signal, ofCall]));
  } catch (error) {
    unanswered.abort();
    throw error;
  }
}
