import { isAborted, pause } from './pause.js';
import { type Received, received } from './received.js';
import { delayMs } from './retry.js';
import { SallyportError } from './sallyport-error.js';
import type { Transport } from './transport.js';

export type Follow<T> = AsyncGenerator<Received<T>, void, undefined>;

const WAIT_SECONDS = 30;
/** Failures after which the same wait may succeed. */
const passing: readonly string[] = [
  'Unreachable',
  'InvalidResponse',
  'Unavailable',
  'Timeout',
  'TooManyRequests',
];

/** Yields each state of a path once: waits at the gateway for the next. */
export async function* follow<T>(
  transport: Transport,
  path: string,
  signal: AbortSignal | undefined,
  read: (response: Response) => Promise<T>,
): Follow<T> {
  let etag: string | undefined;
  let failures = 0;
  while (!isAborted(signal)) {
    const next = await nextState(transport, { path, etag, signal }, read).catch(
      (error: unknown) => error,
    );
    if (isAborted(signal)) return;
    if (next instanceof SallyportError && passing.includes(next.code)) {
      await pause(delayMs(transport.retries, failures, next), signal).catch(() => undefined);
      failures += 1;
      continue;
    }
    if (next instanceof Error) throw next;
    failures = 0;
    const state = next as Received<T> | undefined; // no error
    if (state === undefined) continue;
    ({ etag } = state);
    yield state;
  }
}

interface Wanted {
  readonly path: string;
  readonly etag: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Returns the next state; undefined if there is none yet. */
function nextState<T>(
  transport: Transport,
  { path, etag, signal }: Wanted,
  read: (response: Response) => Promise<T>,
): Promise<Received<T> | undefined> {
  const isFirst = etag === undefined;
  const request = {
    method: 'GET',
    path: isFirst ? path : `${path}${path.includes('?') ? '&' : '?'}waitSeconds=${WAIT_SECONDS}`,
    headers: { 'if-none-match': etag },
    waitMs: isFirst ? 0 : WAIT_SECONDS * 1_000,
    signal,
  } as const;
  return transport.send(request, async (response) => {
    return response.status === 304 ? undefined : received(response, await read(response));
  });
}
