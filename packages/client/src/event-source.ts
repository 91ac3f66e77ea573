/** One event of a stream, as it was sent. */
export interface SentEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: string;
}

const CHARACTERS_MAX = 1_048_576;

/**
 * Parses server-sent events. An event that is not complete at the end of the stream is dropped.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* parseEvents(
  stream: ReadableStream<Uint8Array>,
  idleMsMax: number,
): AsyncGenerator<SentEvent, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let fields = new Map<string, string>();
  for await (const piece of piecesOf(stream, idleMsMax)) {
    rest += decoder.decode(piece, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > CHARACTERS_MAX) throw new RangeError('an event is too long');
    for (const line of lines) {
      if (line.startsWith(':')) continue;
      if (line !== '') {
        addField(fields, line);
        continue;
      }
      const event = eventOf(fields);
      fields = new Map();
      if (event !== undefined) yield event;
    }
  }
}

/** Yields pieces; throws an Error if none comes for so long: the connection is dead. */
async function* piecesOf(
  stream: ReadableStream<Uint8Array>,
  idleMsMax: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), idleMsMax);
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function within<T>(result: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the stream is silent')), ms);
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}

function addField(fields: Map<string, string>, line: string): void {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  const before = fields.get(name);
  const isMore = name === 'data' && before !== undefined;
  fields.set(name, isMore ? `${before}\n${value}` : value);
}

function eventOf(fields: ReadonlyMap<string, string>): SentEvent | undefined {
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: fields.get('id'), type: fields.get('event') ?? 'message', data };
}
