import type { IncomingMessage, ServerResponse } from 'node:http';
import { jwksContentType, openIdCacheControl } from '../authn/open-id.js';
import { aggregatedContentType, aggregatedDiscovery } from '../discovery/aggregated-discovery.js';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from '../discovery/discovery.js';
import { hashOf, isUnchanged } from '../discovery/entity-tag.js';
import { negotiateDiscovery } from '../discovery/negotiate-discovery.js';
import { versionInfo } from '../discovery/version.js';
import type { JsonObject } from '../model/kube-object.js';
import { trimEnd } from '../model/trim-characters.js';
import { methodNotAllowed } from '../verbs/dispatch.js';
import type { ApiParts } from '../verbs/resource-request.js';
import { notTransformable, offeredTypes, refuseUnoffered } from './accept.js';
import { type BodyFormat, commonHeaders, sendJson, sendText } from './answer.js';
import { healthText } from './health.js';
import { negotiateFormat } from './negotiate.js';
import { PageNotFound, resourceNotFound } from './not-found.js';
import { OpenApiPaths } from './openapi-paths.js';

/** Document at a path. */
interface Found {
  readonly text: string;
  readonly format: BodyFormat;
  /** Headers in addition to the common headers: Content-Type, ETag, caching. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Paths without objects: discovery, OpenAPI, version, health, token keys. */
export class StaticPaths {
  readonly #parts: ApiParts;
  readonly #openApi: OpenApiPaths;

  constructor(parts: ApiParts) {
    this.#parts = parts;
    this.#openApi = new OpenApiPaths(parts);
  }

  /** Throws PageNotFound, 404, 405 and 406. */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    { path, query }: { readonly path: string; readonly query: URLSearchParams },
  ): void {
    const health = healthText(path, query);
    if (health !== undefined) return sendText(request, response, 200, health);
    if (this.#openApi.answer(request, response, { path, query })) return;
    const clean = path.length > 1 ? trimEnd(path, '/') : path;
    const found = this.#document(request, clean) ?? this.#discovery(request, clean);
    if (!found) throw new PageNotFound();
    const { text, format, headers = {} } = found;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (isKnown(request, headers)) {
      return void response.writeHead(304, commonHeaders(request)).end();
    }
    sendJson(request, response, 200, text, format);
  }

  #document(request: IncomingMessage, path: string): Found | undefined {
    const { tokens } = this.#parts;
    switch (path) {
      case '/version':
        refuseUnrouted(request, ['application/json']);
        return { text: JSON.stringify(versionInfo()), format: 'indented' };
      case '/openid/v1/jwks':
        refuseUnrouted(request, [jwksContentType]);
        return openId(tokens.jwks(), jwksContentType);
      case '/.well-known/openid-configuration': {
        refuseUnrouted(request, ['application/json']);
        const url = `https://${request.headers.host ?? ''}`;
        return openId(tokens.openIdConfiguration(url), 'application/json');
      }
      default:
        return undefined;
    }
  }

  #discovery(request: IncomingMessage, path: string): Found | undefined {
    const definitions = this.#parts.registry.all();
    const [, root = '', ...segments] = path.split('/');
    if (root !== 'api' && root !== 'apis') return undefined;
    if (segments.length === 0) return this.#root(request, root);
    const [group = '', version, ...rest] = root === 'api' ? ['', ...segments] : segments;
    if (rest.length > 0 || !definitions.some((known) => known.group === group)) return undefined;
    if (version === undefined) return negotiated(request, apiGroup(definitions, group));
    const list = apiResourceList(definitions, group, version);
    if (!list) throw resourceNotFound();
    refuseUnrouted(request, offeredTypes);
    return negotiated(request, list);
  }

  #root(request: IncomingMessage, root: 'api' | 'apis'): Found {
    const definitions = this.#parts.registry.all();
    // The list of groups (`/apis`) has no route and accepts every method.
    if (root === 'api') refuseUnrouted(request, offeredTypes);
    const form = negotiateDiscovery(request.headers.accept ?? '');
    if (form === undefined) throw notTransformable();
    if (!form.isAggregated) {
      const host = request.headers.host ?? '';
      const body = root === 'api' ? apiVersions(definitions, host) : apiGroupList(definitions);
      return { text: JSON.stringify(body), format: form.format };
    }
    const text = JSON.stringify(aggregatedDiscovery(definitions, root));
    const headers = {
      'Content-Type': aggregatedContentType.replace('json', form.format),
      ETag: `"${hashOf(text)}"`,
      'Cache-Control': 'public',
      Vary: 'Accept',
    };
    return { text, format: form.format, headers };
  }
}

/** Throws 405 and 406, as routes do. */
function refuseUnrouted(request: IncomingMessage, offered: readonly string[]): void {
  if (request.method !== 'GET') throw methodNotAllowed();
  refuseUnoffered(request.headers.accept ?? '', offered);
}

function negotiated(request: IncomingMessage, body: JsonObject | undefined): Found | undefined {
  if (body === undefined) return undefined;
  const format = negotiateFormat(request.headers.accept ?? '');
  if (format === undefined) throw notTransformable();
  return { text: JSON.stringify(body), format };
}

function openId(body: JsonObject, contentType: string): Found {
  const headers = { 'Content-Type': contentType, 'Cache-Control': openIdCacheControl };
  return { text: JSON.stringify(body), format: 'verbatim', headers };
}

function isKnown(request: IncomingMessage, { ETag }: Readonly<Record<string, string>>): boolean {
  return ETag !== undefined && isUnchanged(request.headers['if-none-match'], ETag.slice(1, -1));
}
