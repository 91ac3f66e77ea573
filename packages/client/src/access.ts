import { callJson } from './call-json.js';
import { jsonBody } from './json-body.js';
import type { CallOptions, ListOptions } from './options.js';
import { listed } from './list-call.js';
import type { PagedList } from './pages.js';
import { pathOf, queryOf } from './path.js';
import { readBytes } from './reading.js';
import { type Received, received } from './received.js';
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

  /** Reads a kubeconfig for the gateway, in YAML. It names this file, which has the token. */
  kubeconfig(tokenFile: string, { reason, signal }: CallOptions = {}): Promise<Received<string>> {
    const path = pathOf('kubeconfig') + queryOf({ tokenFile });
    return this.#transport.send({ method: 'GET', path, reason, signal }, async (opened) => {
      const bytes = await readBytes(opened.response, opened.signal);
      return received(opened.response, new TextDecoder().decode(bytes));
    });
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
