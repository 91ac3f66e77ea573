import { piecesOf } from './reading.js';

/** One event of a stream, as it was sent. */
export interface SentEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: string;
}

/** Bound of one event; events of the gateway are far smaller. */
const CHARACTERS_MAX = 1_048_576;

/**
 * Parses server-sent events. An event that is not complete at the end of the stream is dropped.
 * Throws a RangeError for an event that is too long.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* parseEvents(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<SentEvent, void, undefined> {
  let event = new PartialEvent();
  for await (const line of linesOf(stream, signal)) {
    if (line !== '') {
      event.add(line);
      continue;
    }
    const sent = event.end();
    event = new PartialEvent();
    if (sent !== undefined) yield sent;
  }
}

async function* linesOf(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of piecesOf(stream, signal)) {
    rest += decoder.decode(piece, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > CHARACTERS_MAX) throw tooLong();
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
}

function tooLong(): RangeError {
  return new RangeError(`an event has more than ${CHARACTERS_MAX} characters`);
}

/** Fields of an event, until the empty line that ends it. */
class PartialEvent {
  readonly #data: string[] = [];
  #id: string | undefined;
  #type = 'message';
  #characters = 0;

  /** Throws a RangeError if the event gets too long. */
  add(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.#data.push(value);
    else if (name === 'id') this.#id = value;
    else if (name === 'event') this.#type = value;
    else return;
    this.#characters += value.length + 1;
    if (this.#characters > CHARACTERS_MAX) throw tooLong();
  }

  /** Returns the event; undefined if it has no data. */
  end(): SentEvent | undefined {
    if (this.#data.length === 0) return undefined;
    return { id: this.#id, type: this.#type, data: this.#data.join('\n') };
  }
}
