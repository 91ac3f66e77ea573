import { type SentEvent, parseEvents } from './event-source.js';
import { type CallOptions, headersOf } from './options.js';
import { isAborted, pause } from './pause.js';
import { queryOf } from './path.js';
import { delayMs } from './retry.js';
import { SallyportError } from './sallyport-error.js';
import type { Transport } from './transport.js';
import type { SecretChange } from './types.js';

export interface WatchOptions extends CallOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Id of the last change of an earlier stream. */
  readonly after?: string;
}

/**
 * One change, or a fact about the stream: `bookmark` if all present Secrets were sent, `restarted`
 * if changes may have been missed and the present Secrets follow.
 */
export interface WatchedChange {
  readonly type: 'added' | 'modified' | 'deleted' | 'bookmark' | 'restarted';
  /** Position for `after`; undefined for `restarted`. */
  readonly id: string | undefined;
  /** Undefined for `bookmark` and `restarted`. */
  readonly change: Required<SecretChange> | undefined;
}

/** The gateway sends a comment every 15 s. */
const SILENT_MS_MAX = 60_000;
const changeTypes = ['added', 'modified', 'deleted'] as const;
const ended = new SallyportError('Unreachable', 'the stream has ended');

/**
 * Yields changes, across as many streams as it takes: each begins where the former one ended.
 * Throws SallyportError if a stream cannot be opened for a reason that does not pass.
 */
export async function* watch(
  transport: Transport,
  path: string,
  options: WatchOptions,
): AsyncGenerator<WatchedChange, void> {
  const { signal } = options;
  let after = options.after;
  let failures = 0;
  while (!isAborted(signal)) {
    try {
      for await (const event of await open(transport, path, options, after)) {
        failures = 0;
        after = event.id ?? after;
        yield changeOf(event);
      }
    } catch (error) {
      if (isAborted(signal)) return;
      const failure = error instanceof SallyportError ? error : ended;
      if (failure.code === 'Expired') {
        after = undefined;
        yield { type: 'restarted', id: undefined, change: undefined };
        continue;
      }
      if (!isPassing(failure)) throw error;
    }
    await pause(delayMs(transport.retries, failures, ended), signal).catch(() => undefined);
    failures += 1;
  }
}

async function open(
  transport: Transport,
  path: string,
  options: WatchOptions,
  after: string | undefined,
): Promise<AsyncGenerator<SentEvent, void, undefined>> {
  const { labelSelector, fieldSelector, signal } = options;
  const headers = {
    ...headersOf(options),
    accept: 'text/event-stream',
    'last-event-id': after,
  };
  const query = queryOf({ labelSelector, fieldSelector });
  const stream = await transport.open({ method: 'GET', path: path + query, headers, signal });
  return parseEvents(stream, SILENT_MS_MAX);
}

function changeOf({ id, type, data }: SentEvent): WatchedChange {
  const known = changeTypes.find((one) => one === type);
  if (known === undefined) return { type: 'bookmark', id, change: undefined };
  // An event of these types has all members.
  const change = JSON.parse(data) as Required<SecretChange>;
  return { type: known, id, change };
}

function isPassing({ code }: SallyportError): boolean {
  return ['Unreachable', 'Unavailable', 'Timeout', 'TooManyRequests', 'InvalidResponse'].includes(
    code,
  );
}
