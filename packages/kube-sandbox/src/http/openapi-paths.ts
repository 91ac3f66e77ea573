import type { IncomingMessage, ServerResponse } from 'node:http';
import { isUnchanged } from '../discovery/entity-tag.js';
import { OpenApiDocuments } from '../discovery/openapi.js';
import { openApiV2, openApiV2Protobuf, openApiV2ProtobufType } from '../discovery/openapi-v2.js';
import type { ApiParts } from '../verbs/resource-request.js';
import { commonHeaders, sendJson } from './answer.js';

const ROOT = '/openapi/v3';
const YEAR_MS = 365 * 24 * 3_600_000;

/**
 * Paths `/openapi/v2` and `/openapi/v3`, for every method.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
export class OpenApiPaths {
  readonly #parts: ApiParts;
  readonly #documents: OpenApiDocuments;

  constructor(parts: ApiParts) {
    this.#parts = parts;
    this.#documents = new OpenApiDocuments(parts.schemas);
  }

  /** Returns false if there is no such document. */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    { path, query }: { readonly path: string; readonly query: URLSearchParams },
  ): boolean {
    if (path === '/openapi/v2') {
      sendOpenApiV2(request, response);
      return true;
    }
    if (path === ROOT) {
      const text = JSON.stringify(this.#documents.index(this.#parts.registry.all()));
      response.setHeader('Content-Type', 'text/plain; charset=utf-8');
      sendJson(request, response, 200, text, 'verbatim');
      return true;
    }
    return path.startsWith(`${ROOT}/`) && this.#document(request, response, path, query);
  }

  #document(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): boolean {
    const match = /^(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path.slice(ROOT.length + 1));
    if (!match) return false;
    const [, group = '', version = ''] = match;
    const document = this.#documents.document(this.#parts.registry.all(), group, version);
    if (!document) return false;
    const { text, hash } = document;
    response.setHeader('ETag', `"${hash}"`).setHeader('Vary', 'Accept');
    const asked = query.get('hash') ?? '';
    if (asked !== '' && asked !== hash) {
      const location = `${path}?hash=${hash}`;
      response.writeHead(301, { ...commonHeaders(request), Location: location }).end();
    } else if (isUnchanged(request.headers['if-none-match'], hash)) {
      response.writeHead(304, commonHeaders(request)).end();
    } else {
      if (asked === hash) allowCaching(response);
      sendJson(request, response, 200, text, 'verbatim');
    }
    return true;
  }
}

/** The URL contains the document's hash, so the content at this URL never changes. */
function allowCaching(response: ServerResponse): void {
  response.setHeader('Cache-Control', 'public, immutable');
  response.setHeader('Expires', new Date(Date.now() + YEAR_MS).toUTCString());
}

function sendOpenApiV2(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.accept?.includes('protobuf') !== true) {
    return sendJson(request, response, 200, JSON.stringify(openApiV2()));
  }
  const headers = { ...commonHeaders(request), 'Content-Type': openApiV2ProtobufType };
  response.writeHead(200, headers).end(openApiV2Protobuf());
}
