import type { FastifyReply } from 'fastify';
import type { Page } from '../../core/page.js';
import type { SecretValue } from '../../core/secret-value.js';
import { successStatus } from '../../core/success-status.js';

/** Header of a response that repeats an earlier one with the same Idempotency-Key. */
export const REPLAYED_HEADER = 'idempotent-replayed';

/** Response that a handler returns; the adapter writes it. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON; text and bytes unchanged, under their content-type header. */
  readonly body?: object | string | Buffer;
  /** Cursor of the next page, if the body is a page of a list that has more. */
  readonly next?: string | undefined;
  /** Replaces the body: pieces that are rendered as fast as they are read. */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** Replaces everything else: writes the response itself, and resolves at its end. */
  readonly takeOver?: (reply: FastifyReply) => Promise<void>;
}

/** Answers with a page of a list. */
export function jsonPage(page: Page<unknown>): Answer {
  return { status: 200, body: page, next: page.continue };
}

export function json(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body, headers };
}

/** Values that were read, or only their validator if the caller has them already. */
interface RevealedRead<T> {
  readonly etag: string;
  readonly content: T | undefined;
}

/** Answers with rendered values, or with 304. */
export function revealed({
  etag,
  content,
}: RevealedRead<{ readonly body: SecretValue; readonly mediaType: string }>): Answer {
  if (content === undefined) return { status: successStatus.notModified, headers: { etag } };
  const { body, mediaType } = content;
  return { status: 200, headers: { etag, 'content-type': mediaType }, body: body.reveal() };
}

/** Answers with the bytes of one value and nothing else, or with 304. */
export function revealedBytes({ etag, content: body }: RevealedRead<SecretValue>): Answer {
  if (body === undefined) return revealed({ etag, content: undefined });
  const mediaType = body.isText ? 'text/plain; charset=utf-8' : 'application/octet-stream';
  return revealed({ etag, content: { body, mediaType } });
}
