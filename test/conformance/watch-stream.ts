import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';

export interface WatchEvent {
  readonly type: string;
  readonly object: Readonly<Record<string, unknown>>;
}

const patienceMs = 10_000;

/** The events of one open watch, one after the other. */
export class WatchStream {
  readonly #response: IncomingMessage;
  readonly #lines: AsyncIterator<string>;

  constructor(response: IncomingMessage) {
    this.#response = response;
    response.on('error', () => undefined);
    this.#lines = createInterface({ input: response })[Symbol.asyncIterator]();
  }

  /** The next `count` events; rejects if they do not come within 10 s. */
  async take(count: number): Promise<readonly WatchEvent[]> {
    const events: WatchEvent[] = [];
    while (events.length < count) {
      const event = await this.#next();
      if (event === undefined) throw new Error(`the watch ended after ${events.length} events`);
      events.push(event);
    }
    return events;
  }

  /** All events until the server ends the watch. */
  async rest(): Promise<readonly WatchEvent[]> {
    const events: WatchEvent[] = [];
    for (let event = await this.#next(); event !== undefined; event = await this.#next()) {
      events.push(event);
    }
    return events;
  }

  close(): void {
    this.#response.destroy();
  }

  async #next(): Promise<WatchEvent | undefined> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('no watch event came')), patienceMs);
    try {
      const { done, value } = await Promise.race([this.#lines.next(), late.promise]);
      return done === true ? undefined : (JSON.parse(value) as WatchEvent);
    } finally {
      clearTimeout(timer);
    }
  }
}
