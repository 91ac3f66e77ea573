/** The two phases of a stop. */
export class Shutdown {
  readonly #begun = new AbortController();
  readonly #forced = new AbortController();

  /** Aborts when the stop begins: streams and waits end, other calls may still finish. */
  get begun(): AbortSignal {
    return this.#begun.signal;
  }

  /** Aborts when active calls have had their time: they are ended. */
  get forced(): AbortSignal {
    return this.#forced.signal;
  }

  begin(): void {
    this.#begun.abort('the gateway stops');
  }

  force(): void {
    this.#forced.abort();
  }
}
