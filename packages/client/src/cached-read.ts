import type { EtagCache } from './etag-cache.js';
import { readBytes } from './reading.js';
import { type Received, received } from './received.js';
import { SallyportError } from './sallyport-error.js';
import type { ApiRequest, Transport } from './transport.js';

/** Reads a body, which the cache keeps; `make` makes a new content of it each time. */
export async function cachedRead<T>(
  { transport, cache }: { readonly transport: Transport; readonly cache: EtagCache },
  request: Omit<ApiRequest, 'method'>,
  make: (bytes: Uint8Array<ArrayBuffer>) => T,
): Promise<Received<T>> {
  const { path } = request;
  const kept = cache.get(path);
  const headers = { ...request.headers, 'if-none-match': kept?.etag };
  const read = transport.send({ ...request, method: 'GET', headers }, async (opened) => {
    const { response, signal } = opened;
    if (response.status === 304 && kept) return received(response, make(kept.bytes));
    const bytes = await readBytes(response, signal);
    const found = received(response, make(bytes));
    if (found.etag !== undefined) cache.set(path, { etag: found.etag, bytes });
    return found;
  });
  return read.catch((error: unknown) => {
    const isGone = error instanceof SallyportError && [403, 404].includes(error.status ?? 0);
    if (isGone) cache.delete(path);
    throw error;
  });
}
