import { SallyportError } from '../core/errors/sallyport-error.js';
import type { Principal } from '../core/principal.js';
import type { CallerCredentials } from './caller-credentials.js';
import { impersonationHeaders } from './impersonation-headers.js';
import type { KubeCall } from './kube-call.js';
import { exchange, type KubeObject } from './kube-exchange.js';
import type { KubeTransport } from './kube-transport.js';

/** `passthrough` sends the caller's own token, found by his principal. */
export type CallerAccess =
  | { readonly mode: 'impersonate' }
  | { readonly mode: 'passthrough'; readonly credentials: CallerCredentials };

/** Acts as the caller and as nobody else. */
export class CallerKubeClient {
  readonly #transport: KubeTransport;
  readonly #access: CallerAccess;

  constructor(transport: KubeTransport, access: CallerAccess) {
    this.#transport = transport;
    this.#access = access;
  }

  /** Throws SallyportError; in passthrough Unauthenticated where the caller brought no token. */
  async send(principal: Principal, call: KubeCall): Promise<KubeObject> {
    if (this.#access.mode === 'impersonate') {
      const headers = impersonationHeaders(principal);
      const actor = { kind: 'caller', username: principal.username } as const;
      return exchange(this.#transport, call, { kind: 'impersonated', headers }, actor);
    }
    const credential = this.#access.credentials.of(principal);
    if (credential === undefined) {
      throw new SallyportError('Unauthenticated', 'the cluster needs a token of its own');
    }
    return exchange(this.#transport, call, { kind: 'bearer', credential }, { kind: 'bearer' });
  }
}
