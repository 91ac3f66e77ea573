import { type SallyportError, unavailable } from '../../../core/errors/sallyport-error.js';

/** 503 for an answer that no API server gives; `internal` must quote nothing of it. */
export function unexpectedAnswer(internal: string): SallyportError {
  return unavailable('the cluster gave an unexpected answer', { internal });
}

/** What the bytes say; throws Unavailable where they are not JSON, without a word of theirs. */
export function parseAnswer(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's own error quotes the text, and so values.
    throw unexpectedAnswer(`${bytes.length} bytes that are not JSON`);
  }
}

/** An answer as an API server writes it: on one line, with its end. */
export function answerBytes(document: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(document)}\n`);
}
