import type { FastifyReply } from 'fastify';

/** Response that a handler returns; the adapter writes it. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON; text and bytes unchanged, under their content-type header. */
  readonly body?: object | string | Buffer;
  /** Replaces the body: pieces that are rendered as fast as they are read. */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** Replaces everything else: writes the response itself, and resolves at its end. */
  readonly takeOver?: (reply: FastifyReply) => Promise<void>;
}

export function json(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body, headers };
}
