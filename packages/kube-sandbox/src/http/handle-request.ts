import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { impersonate } from '../authn/impersonation.js';
import type { Authenticator } from '../authn/authenticator.js';
import { parseBearerToken } from '../authn/bearer-token.js';
import { clientCertificateOf } from '../authn/client-certificate.js';
import { forbiddenError } from '../authz/forbidden.js';
import { ApiStatusError } from '../model/api-status.js';
import type { UserInfo } from '../model/identity.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import type { ApiResult } from '../verbs/api-result.js';
import { dispatch, methodNotAllowed } from '../verbs/dispatch.js';
import type { ApiParts, ResourceRequest } from '../verbs/resource-request.js';
import { sendError, sendJson, commonHeaders } from './answer.js';
import { ConnectionWatches, tooManyWatches } from './connection-watches.js';
import { type Negotiated, negotiate } from './negotiate.js';
import { PageNotFound, resourceNotFound } from './not-found.js';
import { present } from './present.js';
import { readBody } from './read-body.js';
import { type RequestInfo, requestInfo } from './request-info.js';
import { refuseUnrouted } from './routes.js';
import { StaticPaths } from './static-paths.js';
import { WatchStream } from './watch-stream.js';
import { warningHeaders } from './warnings.js';
import { parseIncludeObject } from '../table/render-table.js';
import { Watchers } from './watchers.js';
import { bounds } from '../store/sandbox-bounds.js';

export interface HandlerParts extends ApiParts {
  readonly authenticator: Authenticator;
  /** Receives errors that no handler has thrown on purpose. */
  readonly onFault: (error: unknown) => void;
}

/** Handler that authenticates, authorizes and serves each request. */
export class RequestHandler {
  readonly #parts: HandlerParts;
  readonly #watchers: Watchers;
  readonly #connections = new ConnectionWatches();
  readonly #staticPaths: StaticPaths;
  /** Last mode of impersonation of each user, which is tried first. */
  readonly #lastModes = new Map<string, string>();

  constructor(parts: HandlerParts) {
    this.#parts = parts;
    this.#watchers = new Watchers(parts.store, parts.onFault);
    this.#staticPaths = new StaticPaths(parts);
  }

  /** Never rejects: if even the error response fails, the connection ends. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      this.#parts.onFault(error);
      request.socket.destroy();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { path, query } = targetOf(request.url ?? '/');
      const info = requestInfo(request.method ?? 'GET', path, query);
      const { warning } = parseBearerToken(request.headers.authorization);
      if (warning !== undefined) response.setHeader('Warning', warningHeaders([warning]));
      const user = this.#authorised(request, info);
      if (!info.isResource) this.#staticPaths.answer(request, response, { path, query });
      else await this.#answerResource(request, response, { info, user, query });
    } catch (error) {
      sendError(request, response, error, this.#parts.onFault);
    }
  }

  /** Throws 401 and 403. */
  #authorised(request: IncomingMessage, info: RequestInfo): UserInfo {
    const { authenticator, authorizer } = this.#parts;
    const requester = authenticator.authenticate({
      authorization: request.headers.authorization,
      clientCertificate: clientCertificateOf(request.socket as TLSSocket),
    });
    const attributes = { ...info, path: info.isResource ? '' : info.path };
    const user = impersonate(
      requester,
      request.rawHeaders,
      attributes,
      authorizer,
      this.#lastModes,
    );
    const decision = authorizer.decide({ ...attributes, user });
    if (!decision.isAllowed) throw forbiddenError({ ...attributes, user }, decision.reason);
    return user;
  }

  async #answerResource(
    request: IncomingMessage,
    response: ServerResponse,
    asked: {
      readonly info: RequestInfo;
      readonly user: UserInfo;
      readonly query: URLSearchParams;
    },
  ): Promise<void> {
    const { info, query } = asked;
    this.#routed(request, info);
    const negotiated = negotiate(request.headers.accept ?? '');
    const body = await readBody(request);
    const target: ResourceRequest = {
      // The definition is looked up again: it may have changed while the body arrived.
      definition: this.#routed(request, info),
      user: asked.user,
      namespace: info.namespace,
      name: info.name,
      subresource: info.subresource,
      query,
      accept: request.headers.accept ?? '',
      contentType: mediaTypeOf(request),
      userAgent: request.headers['user-agent'] ?? '',
      body,
    };
    if (info.verb === 'watch') return this.#watch(request, response, target, negotiated);
    const result = dispatch(this.#parts, info.verb, target);
    this.#send(request, response, { target, negotiated, result });
  }

  /** Throws 404, 405, 406 and 415. */
  #routed(request: IncomingMessage, info: RequestInfo): ResourceDefinition {
    const definition = this.#parts.registry.find(info.group, info.version, info.resource);
    if (!definition) throw this.#unknown(info);
    const { method = '', headers } = request;
    const routed = { method, accept: headers.accept ?? '', contentType: mediaTypeOf(request) };
    refuseUnrouted(routed, info, definition);
    return definition;
  }

  #watch(
    request: IncomingMessage,
    response: ServerResponse,
    target: ResourceRequest,
    negotiated: Negotiated,
  ): void {
    if (!target.definition.verbs.includes('watch')) throw methodNotAllowed();
    if (this.#watchers.size >= bounds.watchersMax) throw tooManyWatches();
    this.#connections.refuseAnother(request.socket);
    const parts = { ...this.#parts, watchers: this.#watchers, connections: this.#connections };
    const stream = new WatchStream(parts, target, { request, response, negotiated });
    stream.start(commonHeaders(request), `application/${negotiated.format}`);
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    answer: {
      readonly target: ResourceRequest;
      readonly negotiated: Negotiated;
      readonly result: ApiResult;
    },
  ): void {
    const { target, negotiated, result } = answer;
    const includeObject = parseIncludeObject(target.query.get('includeObject'));
    const nowMs = this.#parts.nowMs();
    const text = present(result, target.definition, negotiated, { includeObject, nowMs });
    const warnings = result.kind === 'list' ? [] : warningHeaders(result.warnings);
    if (warnings.length > 0) response.appendHeader('Warning', warnings);
    const status = result.kind === 'list' ? 200 : result.status;
    sendJson(request, response, status, text, negotiated.format);
  }

  /** Returns the 404, as plain text if no built-in resource has that group. */
  #unknown({ group }: RequestInfo): Error {
    const all = this.#parts.registry.all();
    const isKnown = all.some((known) => known.group === group && !known.isCustom);
    return isKnown ? resourceNotFound() : new PageNotFound();
  }
}

function mediaTypeOf({ headers }: IncomingMessage): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** The path is decoded as a whole and not normalized: `..` is an ordinary name. */
function targetOf(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', ...query] = url.split('?');
  try {
    return { path: decodeURIComponent(path), query: new URLSearchParams(query.join('?')) };
  } catch {
    throw new ApiStatusError(400, 'BadRequest', 'the path is not valid percent-encoding');
  }
}
