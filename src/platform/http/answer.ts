import type { FastifyReply } from 'fastify';

/** What a handler gives back; the adapter writes it out. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects go out as JSON; text and bytes as they are, under their content-type header. */
  readonly body?: object | string | Buffer;
  /** In place of a body: pieces that are made as fast as they are taken. */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** In place of all else: answers itself, and resolves at its end. */
  readonly takeOver?: (reply: FastifyReply) => Promise<void>;
}

export function json(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body, headers };
}
