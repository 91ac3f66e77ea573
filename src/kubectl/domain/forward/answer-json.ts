import { type SallyportError, unavailable } from '../../../core/errors/sallyport-error.js';

/** Returns 503 for an answer that no API server sends; `internal` must quote nothing of it. */
export function unexpectedAnswer(internal: string): SallyportError {
  return unavailable('the cluster gave an unexpected answer', { internal });
}

/** Parses a JSON response; throws Unavailable for invalid JSON, without quoting it. */
export function parseAnswer(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's own error quotes the text, and so values.
    throw unexpectedAnswer(`${bytes.length} bytes that are not JSON`);
  }
}

/** Encodes an answer as an API server does: on one line, with a line end. */
export function answerBytes(document: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(document)}\n`);
}
