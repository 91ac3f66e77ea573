import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { InputOf, Operation } from '../../core/operation.js';
import type { Answer } from '../../http/answer.js';
import { contextOf } from '../../http/request.js';
import { freshness, readConditions } from '../../secrets/rest/preconditions.js';
import {
  metadataJson,
  presentKey,
  presentRead,
  wholeSecret,
} from '../../secrets/rest/secret.presenter.js';
import { getSecret, getSecretKey, getSecretMetadata } from '../../secrets/secret.operations.js';
import type { SecretReads } from '../../secrets/secret-reads.js';

type Handler = (request: FastifyRequest) => Promise<Answer>;

/** The reads that a worker answers, by the operations and presenters of the main process. */
export function addCachedReadRoutes(
  instance: FastifyInstance,
  reads: Pick<SecretReads, 'reveal' | 'metadata' | 'key'>,
): void {
  addRoute(instance, getSecret, async (request) => {
    const { params, query } = request.operationInput as InputOf<typeof getSecret>;
    const options = { ...readConditions(request), ...freshness(query) };
    const ctx = contextOf(request);
    return presentRead(await reads.reveal(ctx, params, options, wholeSecret(query)));
  });
  addRoute(instance, getSecretMetadata, async (request) => {
    const { params, query } = request.operationInput as InputOf<typeof getSecretMetadata>;
    const options = { ...readConditions(request), ...freshness(query) };
    return presentRead(await reads.metadata(contextOf(request), params, options, metadataJson));
  });
  addRoute(instance, getSecretKey, async (request) => {
    const { params, query } = request.operationInput as InputOf<typeof getSecretKey>;
    const options = { ...readConditions(request), ...freshness(query) };
    return presentKey(await reads.key(contextOf(request), params, params.key, options));
  });
}

function addRoute(
  instance: FastifyInstance,
  operation: Operation | Operation<never, never, never>,
  handle: Handler,
): void {
  const known = operation as Operation; // variance only: the schemas are read, never written
  instance.get(known.path, { config: { operation: known } }, async (request, reply) => {
    return answered(reply, await handle(request));
  });
}

function answered(reply: FastifyReply, { status, headers = {}, body }: Answer): FastifyReply {
  return reply.status(status).headers(headers).send(body);
}
