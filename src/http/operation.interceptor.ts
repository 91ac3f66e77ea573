import { Readable } from 'node:stream';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, from, switchMap } from 'rxjs';
import type { Operation } from '../core/operation.js';
import { parseJson } from '../core/parse-json.js';
import { parseBody, parseParameters } from '../core/parse-with.js';
import type { Answer } from './answer.js';
import { mediaTypeOf } from './domain/media-type.js';
import { OPERATION } from './operation.decorator.js';
import { parseQuery } from './parse-query.js';

/** Parses a request by its operation and writes the handler's answer out. */
@Injectable()
export class OperationInterceptor implements NestInterceptor {
  readonly #reflector: Reflector;

  constructor(reflector: Reflector) {
    this.#reflector = reflector;
  }

  intercept(context: ExecutionContext, next: CallHandler<Answer>): Observable<unknown> {
    const operation = this.#reflector.get<Operation | undefined>(OPERATION, context.getHandler());
    if (context.getType() !== 'http' || !operation) return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { operationInput: unknown }>();
    request.operationInput = readInput(operation, request);
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(switchMap((answer) => from(writeAnswer(reply, answer))));
  }
}

function readInput(operation: Operation, request: FastifyRequest): unknown {
  const target = request.raw.url ?? '';
  const mediaType = mediaTypeOf(request.headers['content-type']);
  return {
    params: parseParameters(operation.params, pathParameters(operation, request), '/path'),
    query: parseParameters(operation.query, parseQuery(target, operation.repeatable), '/query'),
    body: readBody(operation, request.body),
    mediaType,
  };
}

/** Fastify calls what a wildcard stands for `*`. */
function pathParameters({ path }: Operation, { params }: FastifyRequest): unknown {
  if (!path.endsWith('/*')) return params;
  const { '*': rest, ...others } = params as Readonly<Record<string, unknown>>;
  return { ...others, rest };
}

function readBody(operation: Operation, body: unknown): unknown {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  if (operation.body === undefined) return undefined;
  if (operation.body.kind === 'raw') return bytes;
  if (bytes.length === 0 && operation.body.isOptional) return operation.body.schema.parse({});
  return parseBody(operation.body.schema, parseJson(bytes));
}

async function writeAnswer(reply: FastifyReply, answer: Answer): Promise<unknown> {
  void reply.status(answer.status).headers(answer.headers ?? {});
  if (answer.stream === undefined) return answer.body;
  return new StreamableFile(Readable.from(answer.stream, { objectMode: false }));
}
