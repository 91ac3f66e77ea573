import { type SentEvent, parseEvents } from './event-source.js';
import type { CallOptions } from './options.js';
import { isAborted, pause } from './pause.js';
import { queryOf } from './path.js';
import { BodyCut } from './reading.js';
import { delayMs, isPassing } from './retry.js';
import { SallyportError } from './sallyport-error.js';
import { Silence } from './silence.js';
import type { Transport } from './transport.js';
import type { SecretChange } from './types.js';

export interface WatchOptions extends CallOptions {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Id of the last change of an earlier stream. */
  readonly after?: string | undefined;
}

/**
 * One change, or a fact about the stream: `bookmark` if all present Secrets were sent, `restarted`
 * if changes may have been missed and the present Secrets follow.
 */
export type WatchedChange =
  | {
      readonly type: 'added' | 'modified' | 'deleted';
      /** Position for `after`. */
      readonly id: string | undefined;
      readonly change: Required<SecretChange>;
    }
  | { readonly type: 'bookmark'; readonly id: string | undefined; readonly change?: undefined }
  | { readonly type: 'restarted'; readonly id?: undefined; readonly change?: undefined };

/** As the gateway asks for at the beginning of each stream. */
const RECONNECT_MS_MIN = 1_000;

/**
 * Yields changes, across as many streams as it takes: each begins where the former one ended.
 * Throws SallyportError if a stream cannot be opened for a reason that does not pass.
 */
export async function* watch(
  transport: Transport,
  path: string,
  options: WatchOptions,
): AsyncGenerator<WatchedChange, void, undefined> {
  const { signal } = options;
  let after = options.after;
  let failures = 0;
  while (!isAborted(signal)) {
    try {
      for await (const event of streamed(transport, path, options, after)) {
        failures = 0;
        const change = changeOf(event);
        after = event.id ?? after;
        yield* shown(change, signal);
      }
      await rest(transport, failures, new BodyCut(), signal);
    } catch (error) {
      if (isAborted(signal)) return;
      const isExpired = error instanceof SallyportError && error.code === 'Expired';
      if (isExpired && after !== undefined) {
        after = undefined;
        yield { type: 'restarted' };
        continue;
      }
      if (!mayPass(error)) throw error;
      await rest(transport, failures, error, signal);
    }
    failures += 1;
  }
}

/** Yields a change, unless the caller has had enough. */
function* shown(change: WatchedChange | undefined, signal: AbortSignal | undefined) {
  if (change !== undefined && !isAborted(signal)) yield change;
}

async function* streamed(
  transport: Transport,
  path: string,
  { labelSelector, fieldSelector, reason, signal }: WatchOptions,
  after: string | undefined,
): AsyncGenerator<SentEvent, void, undefined> {
  const headers = { accept: 'text/event-stream', 'last-event-id': after };
  const target = path + queryOf({ labelSelector, fieldSelector });
  const request = { method: 'GET', path: target, headers, reason, signal } as const;
  const silence = new Silence(signal);
  try {
    yield* parseEvents(silence.watch(await transport.open(request)), silence.signal);
  } finally {
    silence.end();
  }
}

/** Waits before the next stream, as long as the gateway or the failures before ask for. */
async function rest(
  { retries }: Transport,
  failures: number,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<void> {
  const told = error instanceof SallyportError ? error : new SallyportError('Unreachable', '');
  const wait = Math.max(
    delayMs(retries, failures, told),
    Math.min(RECONNECT_MS_MIN, retries.delayMsMax),
  );
  await pause(wait, signal).catch(() => undefined);
}

function mayPass(error: unknown): boolean {
  if (error instanceof BodyCut || error instanceof Silence.Error) return true;
  return error instanceof SallyportError && isPassing(error);
}

/** Returns a change; undefined for a type that this client does not know. */
function changeOf({ id, type, data }: SentEvent): WatchedChange | undefined {
  if (type === 'bookmark') return { type, id };
  if (type !== 'added' && type !== 'modified' && type !== 'deleted') return undefined;
  try {
    // An event of these types has all members.
    return { type, id, change: JSON.parse(data) as Required<SecretChange> };
  } catch {
    throw new SallyportError('InvalidResponse', 'the data of an event is not JSON');
  }
}
