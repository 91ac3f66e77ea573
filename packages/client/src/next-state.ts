import { queryOf, type QueryValue } from './path.js';
import { readBytes } from './reading.js';
import { type Received, received } from './received.js';
import { SallyportError, idsOf } from './sallyport-error.js';
import type { Transport } from './transport.js';

const WAIT_SECONDS = 30;

export interface NextOptions {
  /** Entity tag of the state that the caller has; the present state is read at once if absent. */
  readonly after?: string | undefined;
  /** Time that the gateway waits for another state, in seconds from 1 to 300; 30 if absent. */
  readonly waitSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Path whose next state is read, and what is made of its body. */
export interface AwaitedState<T> extends NextOptions {
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>> | undefined;
  readonly make: (bytes: Uint8Array<ArrayBuffer>) => T;
}

/** Returns the next state; undefined if the state is the same after the wait. */
export function nextState<T>(
  transport: Transport,
  { path, query, make, after, waitSeconds = WAIT_SECONDS, signal }: AwaitedState<T>,
): Promise<Received<T> | undefined> {
  const seconds = after === undefined ? undefined : waitSeconds;
  const request = {
    method: 'GET',
    path: path + queryOf({ ...query, waitSeconds: seconds }),
    headers: { 'if-none-match': after },
    waitMs: (seconds ?? 0) * 1_000,
    signal,
  } as const;
  return transport.send(request, async ({ response, signal: ending }) => {
    if (response.status === 304) return undefined;
    const state = received(response, make(await readBytes(response, ending)));
    if (state.etag !== undefined) return state;
    throw new SallyportError('InvalidResponse', 'the response has no ETag', idsOf(response));
  });
}
