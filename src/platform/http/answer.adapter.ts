import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { Answer } from './answer.js';
import { nextPageLink } from './domain/next-page-link.js';
import './request.js';

/**
 * Nest's adapter, which writes the responses of operations: an interceptor would cost each request
 * a chain of observables.
 */
export class AnswerAdapter extends FastifyAdapter {
  override reply(
    response: ServerResponse | FastifyReply,
    body: unknown,
    statusCode?: number,
  ): FastifyReply {
    if (!('request' in response) || !response.request.routeOptions.config.operation) {
      return super.reply(response, body, statusCode);
    }
    // The result of an operation's handler.
    return this.#write(response, body as Answer);
  }

  #write(reply: FastifyReply, answer: Answer): FastifyReply {
    const { status, headers = {}, body, next, stream, takeOver } = answer;
    if (takeOver !== undefined) return takeOver(reply) as unknown as FastifyReply;
    void reply.status(status).headers(headers);
    if (next !== undefined) {
      void reply.header('link', nextPageLink(reply.request.raw.url ?? '', next));
    }
    if (stream !== undefined) {
      const file = new StreamableFile(Readable.from(stream, { objectMode: false }));
      return super.reply(reply, file, status);
    }
    void reply.send(body);
    // A reply is a thenable; Nest would needlessly wait for its end.
    return undefined as unknown as FastifyReply;
  }
}
