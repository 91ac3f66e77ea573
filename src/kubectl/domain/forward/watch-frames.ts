import { unexpectedAnswer } from './answer-json.js';
import { JsonScanner, isWhiteSpace, opensValue } from './json-scanner.js';
import { PendingBytes } from './pending-bytes.js';

/**
 * Cuts the stream of a watch into its events, a batch for each chunk: every JSON value with the
 * white space after it, unchanged. An event whose line does not end in the chunk is sent with the
 * next byte: clients that read lines would wait anyway. Throws Unavailable if the stream ends
 * within an event, for an event of more than `objectBytesMax` bytes, and for invalid JSON.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function* watchFrames(
  chunks: AsyncIterable<Buffer>,
  objectBytesMax: number,
): AsyncGenerator<readonly Buffer[]> {
  const cutter = new FrameCutter(objectBytesMax);
  for await (const chunk of chunks) {
    const frames = cutter.cut(chunk);
    if (frames.length > 0) yield frames;
  }
  const last = cutter.end();
  if (last.length > 0) yield [last];
}

class FrameCutter {
  readonly #objectBytesMax: number;
  readonly #scanner = new JsonScanner();
  readonly #pending = new PendingBytes();
  /** Whether the pending bytes contain a complete value. */
  #hasValue = false;

  constructor(objectBytesMax: number) {
    this.#objectBytesMax = objectBytesMax;
  }

  cut(chunk: Buffer): readonly Buffer[] {
    const frames: Buffer[] = [];
    let takenBytes = 0;
    const takeTo = (end: number) => {
      this.#pending.add(chunk.subarray(takenBytes, end), this.#objectBytesMax);
      takenBytes = end;
      if (this.#hasValue) frames.push(this.#pending.take());
      this.#hasValue = false;
    };
    let position = 0;
    while (position < chunk.length) {
      if (this.#isBetween(chunk[position])) {
        position += 1;
      } else {
        if (this.#hasValue) takeTo(position);
        position = this.#stepOver(chunk, position);
      }
    }
    const endsLine = isWhiteSpace(chunk[chunk.length - 1]);
    if (this.#hasValue && endsLine) takeTo(chunk.length);
    else this.#pending.add(chunk.subarray(takenBytes), this.#objectBytesMax);
    return frames;
  }

  /** Returns an event without its line's end. White space alone belongs to no event. */
  end(): Buffer {
    if (this.#scanner.isWithinValue) throw unexpectedAnswer('a watch that ends within an event');
    const rest = this.#pending.take();
    return this.#hasValue ? rest : rest.subarray(0, 0);
  }

  #isBetween(byte: number | undefined): boolean {
    if (this.#scanner.isWithinValue) return false;
    if (isWhiteSpace(byte)) return true;
    if (!opensValue(byte)) throw unexpectedAnswer('a watch that sends what is no JSON');
    return false;
  }

  #stepOver(chunk: Buffer, from: number): number {
    const end = this.#scanner.valueEnd(chunk, from);
    this.#hasValue = end >= 0;
    return end < 0 ? chunk.length : end;
  }
}
