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

/** Header fields of requests for published documents. */
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
 * Parses the request of a Kubernetes client, with the request to forward. Throws SallyportError:
 * BadRequest, MethodNotAllowed, UnsupportedMediaType, Forbidden for what is never served, 406.
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
      // Fastify routes no other method here.
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

/** Returns the accepted type; descriptions have special forms, which may be all a client takes. */
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
 * Completes a query. The server ends a watch before the gateway would. If the caller names no field
 * manager, the user agent is its name, as at the API server.
 */
function completed(
  api: ApiRequest,
  query: readonly QueryParameter[],
  { method, headers }: FastifyRequest,
): readonly QueryParameter[] {
  if (api.kind === 'path') return query;
  if (api.verb === 'watch') {
    const seconds = watchSeconds(query, limits.kubectlWatchMsMax / 1_000);
    // The gateway separates its events as they arrive.
    return withParameter(withoutParameter(query, 'pretty'), 'timeoutSeconds', String(seconds));
  }
  const isWritten = api.verb === 'create' || api.verb === 'update' || api.verb === 'patch';
  // An apply must name its field manager; the API server says so.
  if (
    !isWritten ||
    isApply({ method, contentType: headers['content-type'] }) ||
    parameter(query, 'fieldManager')
  )
    return query;
  return withParameter(query, 'fieldManager', fieldManagerOf(headers['user-agent']));
}
