import { orAborted } from './pause.js';

/** More than any response of the gateway that is read whole. */
const BYTES_MAX = 64 * 1024 * 1024;

/** The connection ended before the body did. */
export class BodyCut extends Error {
  constructor() {
    super('the response ended before its end');
  }
}

/**
 * Yields the pieces of a body until the signal is aborted, and then throws its reason. Throws
 * BodyCut if the connection ends before. The signal of `fetch` is not enough: in Node.js 22 it is
 * collected once the headers are there.
 */
export async function* piecesOf(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await orAborted(reader.read().catch(cut), signal);
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function cut(): never {
  throw new BodyCut();
}

/** Reads a whole body; throws a RangeError beyond 64 MiB. */
export async function readBytes(
  { body }: Response,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  if (body !== null) {
    for await (const piece of piecesOf(body, signal)) {
      size += piece.byteLength;
      if (size > BYTES_MAX) throw new RangeError(`the response has more than ${BYTES_MAX} bytes`);
      pieces.push(piece);
    }
  }
  const bytes = new Uint8Array(size);
  let place = 0;
  for (const piece of pieces) {
    bytes.set(piece, place);
    place += piece.byteLength;
  }
  return bytes;
}
