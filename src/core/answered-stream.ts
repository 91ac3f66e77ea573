import type { CallContext } from './call-context.js';
import type { RawStream } from './forwarding.js';

/**
 * A stream that `open` opens with the signal that ends it: with the call, and where `open` fails
 * after the stream is there, as nobody would read it then.
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
