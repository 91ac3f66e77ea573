import type { FastifyRequest } from 'fastify';
import { badRequest } from '../../core/errors/sallyport-error.js';
import { tagsIn } from '../domain/etag.js';
import type { Consistency, Freshness } from '../read/secret-source.js';
import type { WriteOptions } from '../write/write-call.js';

/** Returns the permitted age of what is read. */
export function freshness(query: {
  readonly consistency?: Consistency | undefined;
  readonly resourceVersion?: string | undefined;
}): Freshness {
  return { consistency: query.consistency, notOlderThan: query.resourceVersion };
}

/** Returns a write's options outside its body; on writes, `If-None-Match` is `*` or absent. */
export function writeOptions(request: FastifyRequest, dryRun: 'All' | undefined): WriteOptions {
  const ifNoneMatch = tagsIn(request.headers, 'If-None-Match');
  if (ifNoneMatch !== undefined && request.method !== 'PUT') {
    throw badRequest('If-None-Match has no meaning on this write');
  }
  if (request.method === 'POST' && request.headers['if-match'] !== undefined) {
    throw badRequest('If-Match has no meaning on a create');
  }
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw badRequest('If-None-Match takes only * on a write');
  }
  return { ...stated(request, dryRun), ifNoneMatch };
}

/** Returns the options of a restore, which `If-Match` makes conditional though it is a POST. */
export function restoreOptions(request: FastifyRequest, dryRun: 'All' | undefined): WriteOptions {
  if (request.headers['if-none-match'] !== undefined) {
    throw badRequest('If-None-Match has no meaning on this write');
  }
  return stated(request, dryRun);
}

function stated(request: FastifyRequest, dryRun: 'All' | undefined) {
  const idempotencyKey = request.headers['idempotency-key'];
  return {
    dryRun: dryRun === 'All',
    ifMatch: tagsIn(request.headers, 'If-Match'),
    idempotencyKey: typeof idempotencyKey === 'string' ? idempotencyKey : undefined,
  };
}
