import type { FastifyRequest } from 'fastify';
import type { QueryParameter, RawRequest } from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import { KUBERNETES_PATH } from '../platform/http/domain/kubernetes-path.js';
import { isApply } from './domain/forward/patch-types.js';
import { acceptOf } from './domain/accept.js';
import { parseApiRequest } from './domain/api-request.js';
import type { ApiRequest, FacadeRequest } from './domain/facade.js';
import { fieldManagerOf } from './domain/field-manager-name.js';
import { notAcceptable } from './domain/kube-status.js';
import { bodyProblem } from './domain/media-types.js';
import { parameter, watchSeconds, withParameter, withoutParameter } from './domain/query.js';

/** Header fields that what the cluster publishes is asked for with. */
const conditions = ['accept-encoding', 'if-none-match', 'if-modified-since'] as const;
const methods: Readonly<Record<string, RawRequest['method']>> = {
  GET: 'GET',
  HEAD: 'GET',
  POST: 'POST',
  PUT: 'PUT',
  PATCH: 'PATCH',
  DELETE: 'DELETE',
};

/**
 * What a client of Kubernetes asks for, and how it goes on. Throws SallyportError: BadRequest,
 * MethodNotAllowed, UnsupportedMediaType, Forbidden for what is never served, 406.
 */
export function readRequest(request: FastifyRequest): FacadeRequest {
  const { headers, method } = request;
  const target = (request.raw.url ?? '').slice(KUBERNETES_PATH.length);
  const { api, path, query } = parseApiRequest(method, target);
  const accept = acceptFor(api, headers.accept);
  const contentType = headers['content-type'];
  const body = bodyOf(request);
  const problem = body && bodyProblem(method, contentType, headers['content-encoding']);
  if (problem) throw problem;
  return {
    api,
    raw: {
      // Fastify routes no other here.
      method: methods[method] ?? 'GET',
      path,
      accept,
      query: completed(api, query, request),
      ...(body === undefined ? {} : { body }),
      ...(body === undefined || contentType === undefined ? {} : { contentType }),
      ...(api.kind === 'path' ? { conditions: conditionsOf(request) } : {}),
    },
  };
}

/** Descriptions come in forms of their own, some of which are all that a client takes. */
function acceptFor(api: ApiRequest, header: string | undefined): string {
  const isDescription = api.kind === 'path' && api.path[0] === 'openapi';
  const verb = api.kind === 'resource' ? api.verb : 'get';
  const accept = isDescription ? (header ?? 'application/json') : acceptOf(header, verb);
  if (accept === undefined) throw notAcceptable();
  return accept;
}

function bodyOf({ body }: FastifyRequest): Buffer | undefined {
  return Buffer.isBuffer(body) && body.byteLength > 0 ? body : undefined;
}

function conditionsOf({ headers }: FastifyRequest): Readonly<Record<string, string>> {
  const given = conditions.flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, String(value)]];
  });
  return Object.fromEntries(given);
}

/**
 * A watch ends at the server before it would be ended here. Who names no field manager is named by
 * his user agent, as the API server would have named him.
 */
function completed(
  api: ApiRequest,
  query: readonly QueryParameter[],
  { method, headers }: FastifyRequest,
): readonly QueryParameter[] {
  if (api.kind === 'path') return query;
  if (api.verb === 'watch') {
    const seconds = watchSeconds(query, limits.kubectlWatchMsMax / 1_000);
    // Its events are told apart as they come.
    return withParameter(withoutParameter(query, 'pretty'), 'timeoutSeconds', String(seconds));
  }
  const isWritten = api.verb === 'create' || api.verb === 'update' || api.verb === 'patch';
  // Who applies must name himself, and is told so.
  if (
    !isWritten ||
    isApply({ method, contentType: headers['content-type'] }) ||
    parameter(query, 'fieldManager')
  )
    return query;
  return withParameter(query, 'fieldManager', fieldManagerOf(headers['user-agent']));
}
