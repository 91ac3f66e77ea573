import type { CallContext } from '../core/call-context.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import type { RawAnswer, RawCall, RawRequest, RawUpstream } from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import { parseAnswer } from '../secrets/domain/forward/answer-json.js';
import { alteredDocument } from './domain/altered-document.js';
import { emptyGroup, emptyResourceList, listsGroup } from './domain/discovery-documents.js';
import type { ApiPathRequest, FacadeAnswer, FacadeRequest } from './domain/facade.js';
import { publishedDocument } from './domain/published-document.js';

/** As the API server says it of what it does not have. */
const NOT_FOUND = 'the server could not find the requested resource';

/**
 * Discovery, OpenAPI and the version: what the cluster tells everybody, asked for as the gateway
 * itself. Every caller may have it, so that it is not written down.
 */
export class ClusterDocuments {
  readonly #upstream: RawUpstream;

  constructor(upstream: RawUpstream) {
    this.#upstream = upstream;
  }

  /**
   * Throws Forbidden for every other path, MethodNotAllowed for other methods than GET, NotFound
   * for groups that nobody serves.
   */
  async answer(
    ctx: CallContext,
    { api, raw }: FacadeRequest<ApiPathRequest>,
  ): Promise<FacadeAnswer> {
    const document = publishedDocument(api.path);
    if (document === undefined) throw notServed();
    if (raw.method !== 'GET') throw onlyRead();
    const { accept, query, conditions = {} } = raw;
    // What was looked at is what is asked for.
    const request: RawRequest = { method: 'GET', path: api.path, query, accept, conditions };
    const call: RawCall = { ctx, as: 'self', trace: { plane: 'self', upstreamIds: [] } };
    switch (document) {
      case 'plain':
        return this.#upstream.send(call, request);
      case 'description':
        return this.#upstream.open({ ...call, timeoutMs: limits.kubectlListMsMax }, request);
      case 'group':
        return this.#sendGroup(call, request);
      case 'groups':
        return altered(request, await this.#upstream.send(call, whole(request)));
      case 'virtualGroup':
        return altered(request, await this.#sendOrElse(call, request, emptyGroup));
      case 'virtualResources':
        return altered(request, await this.#sendOrElse(call, request, emptyResourceList));
    }
  }

  async #sendOrElse(call: RawCall, request: RawRequest, empty: object): Promise<RawAnswer> {
    try {
      return await this.#sendGroup(call, whole(request));
    } catch (error) {
      if (!(error instanceof SallyportError && error.code === 'NotFound')) throw error;
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };
      return { status: 200, headers, body: Buffer.from(JSON.stringify(empty), 'utf8') };
    }
  }

  /** The API server says only by plain text that it has no such group, as any proxy would. */
  async #sendGroup(call: RawCall, request: RawRequest): Promise<RawAnswer> {
    try {
      return await this.#upstream.send(call, request);
    } catch (error) {
      if (!(error instanceof SallyportError && error.code === 'Unavailable')) throw error;
      const isThere = await this.#hasGroup(call, request.path[1] ?? '').catch(() => true);
      throw isThere ? error : new SallyportError('NotFound', NOT_FOUND, { cause: error });
    }
  }

  async #hasGroup(call: RawCall, group: string): Promise<boolean> {
    const accept = 'application/json';
    const groups: RawRequest = { method: 'GET', path: ['apis'], query: [], accept };
    const { body } = await this.#upstream.send(call, groups);
    return listsGroup(parseAnswer(body), group) ?? true;
  }
}

/** As it is read here: never compressed, never "as you know it". */
function whole(request: RawRequest): RawRequest {
  return { ...request, conditions: {} };
}

function altered({ conditions }: RawRequest, answer: RawAnswer): RawAnswer {
  return alteredDocument(answer, conditions?.['if-none-match']);
}

function notServed(): SallyportError {
  const sentence =
    'of paths without objects this gateway serves /api, /apis, /openapi/v2, /openapi/v3 and ' +
    '/version; ask the API server itself for others';
  return new SallyportError('Forbidden', sentence);
}

function onlyRead(): SallyportError {
  const sentence = 'what the cluster publishes can only be read, with GET';
  return new SallyportError('MethodNotAllowed', sentence, { headers: { allow: 'GET, HEAD' } });
}
