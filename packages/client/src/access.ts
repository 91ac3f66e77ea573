import { callJson } from './call-json.js';
import { jsonBody } from './json-body.js';
import type { CallOptions, ListOptions } from './options.js';
import { listed } from './list-call.js';
import type { PagedList } from './pages.js';
import { pathOf } from './path.js';
import type { Received } from './received.js';
import type { Transport } from './transport.js';
import type { AccessReview, AccessReviewRequest, NamespaceList, Viewer } from './types.js';

/** Who the caller is, and what the caller may do. */
export class Access {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  whoami({ reason, signal }: CallOptions = {}): Promise<Received<Viewer>> {
    return callJson(this.#transport, { method: 'GET', path: pathOf('whoami'), reason, signal });
  }

  /** Asks what the caller may do; answers come in the order of the questions. */
  review(
    items: AccessReviewRequest['items'],
    { reason, signal }: CallOptions = {},
  ): Promise<Received<AccessReview>> {
    return callJson(this.#transport, {
      ...jsonBody({ items }),
      method: 'POST',
      path: pathOf('access-reviews'),
      isRead: true,
      reason,
      signal,
    });
  }

  /** Lists the namespaces in which the caller may list Secrets. */
  namespaces(options: ListOptions = {}): PagedList<NamespaceList['items'][number]> {
    const { limit, reason, signal } = options;
    const call = { path: pathOf('namespaces'), query: { limit }, reason, signal };
    return listed(this.#transport, call);
  }
}
