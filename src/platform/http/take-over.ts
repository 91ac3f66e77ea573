import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Hijacks the reply, so that only the caller writes; keeps the fields that hooks have set. */
export function takeOver(reply: FastifyReply, { status, headers }: Head): ServerResponse {
  const set = reply.getHeaders() as Record<string, string>;
  reply.hijack();
  reply.raw.writeHead(status, { ...set, ...headers });
  return reply.raw;
}
