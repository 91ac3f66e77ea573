import type { CallContext } from '../core/call-context.js';
import { isNotFound } from '../core/errors/not-found.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import type { RawAnswer, RawCall, RawRequest, RawStream, RawUpstream } from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import { parseAnswer } from './domain/forward/answer-json.js';
import { alteredDocument } from './domain/altered-document.js';
import {
  emptyGroup,
  emptyResourceList,
  listsDescription,
  listsGroup,
} from './domain/discovery-documents.js';
import type { ApiPathRequest, FacadeAnswer, FacadeRequest } from './domain/facade.js';
import { publishedDocument } from './domain/published-document.js';

/** Text of the API server for a resource that it does not have. */
const NOT_FOUND = 'the server could not find the requested resource';

/**
 * Discovery, OpenAPI and the version: public documents of the cluster, requested as the gateway
 * itself. Every caller may read them, so they are not recorded.
 */
export class ClusterDocuments {
  readonly #upstream: RawUpstream;

  constructor(upstream: RawUpstream) {
    this.#upstream = upstream;
  }

  /**
   * Throws Forbidden for every other path, MethodNotAllowed for other methods than GET, NotFound
   * for groups, versions and descriptions that the cluster does not list.
   */
  async answer(
    ctx: CallContext,
    { api, raw }: FacadeRequest<ApiPathRequest>,
  ): Promise<FacadeAnswer> {
    const document = publishedDocument(api.path);
    if (document === undefined) throw notServed();
    if (raw.method !== 'GET') throw onlyRead();
    const { accept, query, conditions = {} } = raw;
    // The checked path is the requested path.
    const request: RawRequest = { method: 'GET', path: api.path, query, accept, conditions };
    const call: RawCall = { ctx, as: 'self', trace: { plane: 'self', upstreamIds: [] } };
    switch (document) {
      case 'plain':
        return this.#upstream.send(call, request);
      case 'description':
        return this.#openDescription({ ...call, timeoutMs: limits.kubectlListMsMax }, request);
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
      if (!isNotFound(error)) throw error;
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };
      return { status: 200, headers, body: Buffer.from(JSON.stringify(empty), 'utf8') };
    }
  }

  #sendGroup(call: RawCall, request: RawRequest): Promise<RawAnswer> {
    const [, group = '', version] = request.path;
    return this.#orNotFound(call, this.#upstream.send(call, request), {
      index: ['apis'],
      lists: (groups) => listsGroup(groups, group, version),
    });
  }

  #openDescription(call: RawCall, request: RawRequest): Promise<RawStream> {
    const [, version, ...below] = request.path;
    const answer = this.#upstream.open(call, request);
    if (version !== 'v3' || below.length === 0) return answer;
    return this.#orNotFound(call, answer, {
      index: ['openapi', 'v3'],
      lists: (index) => listsDescription(index, below.join('/')),
    });
  }

  /**
   * Converts the fault of a missing document to NotFound if its index does not list the document.
   * The API server sends no Status for such a document, and neither does any proxy.
   */
  async #orNotFound<T>(call: RawCall, answer: Promise<T>, { index, lists }: Index): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof SallyportError && error.code === 'Unavailable')) throw error;
      const isListed = await this.#index(call, index).then(lists, () => true);
      if (isListed !== false) throw error;
      throw new SallyportError('NotFound', NOT_FOUND, { cause: error });
    }
  }

  async #index(call: RawCall, path: readonly string[]): Promise<unknown> {
    const accept = 'application/json';
    const { body } = await this.#upstream.send(call, { method: 'GET', path, query: [], accept });
    return parseAnswer(body);
  }
}

/** Path of an index, and whether it lists a document; undefined if that is unknown. */
interface Index {
  readonly index: readonly string[];
  readonly lists: (document: unknown) => boolean | undefined;
}

/** Returns a request for the whole document: never compressed, never conditional. */
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
