import { ApiStatusError } from '../model/api-status.js';
import { bounds } from './sandbox-bounds.js';

/** The bytes of large answers that clients have not taken yet: until then they are in memory. */
export class BytesInFlight {
  #bytes = 0;

  /**
   * Call what it returns when the answer has gone, or its client. Throws 429 while too much is on
   * its way to others.
   */
  reserve(bytes: number): () => void {
    const isTooMuch = this.#bytes + bytes > bounds.listBytesInFlightMax;
    if (this.#bytes > 0 && isTooMuch) {
      const message = 'too many large lists are on their way, please try again later';
      throw new ApiStatusError(429, 'TooManyRequests', message, { retryAfterSeconds: 1 });
    }
    this.#bytes += bytes;
    let isReserved = true;
    return () => {
      if (isReserved) this.#bytes -= bytes;
      isReserved = false;
    };
  }
}
