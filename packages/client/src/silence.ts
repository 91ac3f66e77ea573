/** The gateway sends a comment every 15 s. */
const SILENT_MS_MAX = 60_000;

class SilenceError extends Error {
  constructor() {
    super('the stream is silent');
  }
}

/** Ends a stream whose connection is dead: no piece of it has come for so long. */
export class Silence {
  static readonly Error = SilenceError;
  readonly signal: AbortSignal;
  readonly #silent = new AbortController();
  readonly #silentMsMax: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(signal: AbortSignal | undefined, silentMsMax = SILENT_MS_MAX) {
    this.#silentMsMax = silentMsMax;
    const silent = this.#silent.signal;
    this.signal = signal === undefined ? silent : AbortSignal.any([silent, signal]);
  }

  /** Returns the stream, each piece of which breaks the silence. */
  watch(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    this.#begin();
    return stream.pipeThrough(
      new TransformStream({
        transform: (piece: Uint8Array, controller) => {
          this.#begin();
          controller.enqueue(piece);
        },
      }),
    );
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silent.abort(new SilenceError()), this.#silentMsMax);
  }
}
