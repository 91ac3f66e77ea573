import { CommandFailure, exitCodes } from '../exit-code.js';
import { isSafeForTokens } from './issuer-url.js';

/** Longest response of an issuer, in bytes. */
export const RESPONSE_BYTES_MAX = 1024 * 1024;

/**
 * Fetches from an issuer: never by plain http from another machine, without redirects, and a
 * bounded response. The caller sets the time limit.
 */
export async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  if (!isSafeForTokens(new URL(url))) {
    throw new CommandFailure('the issuer names an address without https', exitCodes.failed);
  }
  const response = await fetch(url, { ...options, redirect: 'manual' });
  const { status, statusText, headers, body } = response;
  if (body === null) return response;
  return new Response(await wholeOf(body), { status, statusText, headers });
}

async function wholeOf(body: ReadableStream<Uint8Array>): Promise<Buffer<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  // The loop cancels the stream if it throws.
  for await (const piece of body) {
    length += piece.byteLength;
    if (length > RESPONSE_BYTES_MAX) {
      const message = `the response of the issuer has over ${RESPONSE_BYTES_MAX} bytes`;
      throw new CommandFailure(message, exitCodes.failed);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
