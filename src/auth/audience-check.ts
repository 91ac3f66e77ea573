/** Check that repeats until there is an answer, which then holds until the flags change. */
export class AudienceCheck {
  readonly #ask: () => Promise<boolean>;
  readonly #onPass: () => void;
  #answer: boolean | undefined;

  constructor(ask: () => Promise<boolean>, onPass: () => void) {
    this.#ask = ask;
    this.#onPass = onPass;
  }

  /** Reports whether the API server accepts the gateway's audience for its own tokens. */
  get passes(): boolean {
    return this.#answer === true;
  }

  async ask(): Promise<void> {
    if (this.#answer !== undefined) return;
    this.#answer = await this.#ask().catch(() => undefined);
    if (this.#answer) this.#onPass();
  }
}
