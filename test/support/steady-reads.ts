import { type Answer, send } from './raw-http.js';

/** Callers at once. */
const CALLERS = 12;

/** Reads by many connections, one for each, until told to end or until nobody listens. */
export class SteadyReads {
  readonly answers: Answer[] = [];
  #isOver = false;
  readonly #callers: Promise<unknown>;

  constructor(base: string, call: { readonly path: string; readonly token: string }) {
    const keepReading = async (): Promise<void> => {
      while (!this.#isOver) {
        try {
          this.answers.push(await send(base, call));
        } catch {
          // The gateway is gone, or going.
          this.#isOver = true;
        }
      }
    };
    this.#callers = Promise.all(Array.from({ length: CALLERS }, keepReading));
  }

  /** Audit ids of answers with a value. */
  get ids(): readonly string[] {
    return this.answers.flatMap(({ status, headers }) =>
      status === 200 ? [String(headers['audit-id'])] : [],
    );
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#callers;
  }
}
