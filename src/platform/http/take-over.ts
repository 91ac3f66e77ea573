import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** From here on nobody else answers; the fields that hooks have set go along. */
export function takeOver(reply: FastifyReply, { status, headers }: Head): ServerResponse {
  const set = reply.getHeaders() as Record<string, string>;
  reply.hijack();
  reply.raw.writeHead(status, { ...set, ...headers });
  return reply.raw;
}
