import { ApiStatusError } from '../model/api-status.js';
import { bounds } from './sandbox-bounds.js';

/** Bytes of large responses that clients have not read yet, and which are therefore in memory. */
export class BytesInFlight {
  #bytes = 0;

  /**
   * Returns a function to call when the response is sent or its client has disconnected. Throws 429
   * while responses to other clients take too much memory.
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
