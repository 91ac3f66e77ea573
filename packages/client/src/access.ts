import { callJson } from './call-json.js';
import { type CallOptions, type ListOptions, headersOf } from './options.js';
import { PagedList } from './pages.js';
import { pathOf, queryOf } from './path.js';
import type { Received } from './received.js';
import type { Transport } from './transport.js';
import type { AccessReview, AccessReviewRequest, NamespaceList, Viewer } from './types.js';

/** Who the caller is, and what the caller may do. */
export class Access {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  whoami(options: CallOptions = {}): Promise<Received<Viewer>> {
    const { signal } = options;
    const headers = headersOf(options);
    return callJson(this.#transport, { method: 'GET', path: pathOf('whoami'), headers, signal });
  }

  /** Asks what the caller may do; answers come in the order of the questions. */
  review(
    items: AccessReviewRequest['items'],
    options: CallOptions = {},
  ): Promise<Received<AccessReview>> {
    return callJson(this.#transport, {
      method: 'POST',
      path: pathOf('access-reviews'),
      headers: headersOf(options),
      signal: options.signal,
      body: JSON.stringify({ items }),
      mediaType: 'application/json',
    });
  }

  /** Lists the namespaces in which the caller may list Secrets. */
  namespaces(options: ListOptions = {}): PagedList<NamespaceList['items'][number]> {
    const { limit, signal } = options;
    return new PagedList(async (cursor) => {
      const path = pathOf('namespaces') + queryOf({ limit, continue: cursor });
      const request = { method: 'GET', path, headers: headersOf(options), signal } as const;
      return (await callJson<NamespaceList>(this.#transport, request)).content;
    });
  }
}
