import { nextState } from './next-state.js';
import { isAborted, pause } from './pause.js';
import type { Received } from './received.js';
import { delayMs, isPassing } from './retry.js';
import { SallyportError } from './sallyport-error.js';
import type { Transport } from './transport.js';

export type Follow<T> = AsyncGenerator<Received<T>, void, undefined>;

/** Least time between two requests: something between may answer waits at once. */
const TURN_MS_MIN = 250;

/** Path to follow, and what is made of its body. */
export interface Followed<T> {
  readonly path: string;
  readonly signal: AbortSignal | undefined;
  readonly make: (bytes: Uint8Array<ArrayBuffer>) => T;
  /** Reports whether a later state is the same to the caller. */
  readonly isSame?: (before: T, after: T) => boolean;
}

/** Yields each state of a path once: waits at the gateway for the next. */
export async function* follow<T>(transport: Transport, followed: Followed<T>): Follow<T> {
  const { signal, isSame } = followed;
  let last: Received<T> | undefined;
  let failures = 0;
  while (!isAborted(signal)) {
    const startedMs = performance.now();
    let next: Received<T> | undefined;
    try {
      const { path, make } = followed;
      next = await nextState(transport, { path, make, after: last?.etag, signal });
      failures = 0;
    } catch (error) {
      if (isAborted(signal)) return;
      if (!(error instanceof SallyportError && isPassing(error))) throw error;
      await pause(delayMs(transport.retries, failures, error), signal).catch(() => undefined);
      failures += 1;
      continue;
    }
    const before = last;
    last = next ?? last;
    const isNew = next !== undefined && !(before && isSame?.(before.content, next.content));
    if (isNew && !isAborted(signal)) yield next as Received<T>;
    const restMs = TURN_MS_MIN - (performance.now() - startedMs);
    if (restMs > 0) await pause(restMs, signal).catch(() => undefined);
  }
}
