import { SallyportError } from '../core/errors/sallyport-error.js';
import type { RawAnswer, RawStream } from '../core/forwarding.js';
import type { Principal } from '../core/principal.js';
import type { CallerCredentials } from './caller-credentials.js';
import { impersonationHeaders } from './impersonation-headers.js';
import type { KubeCall } from './kube-call.js';
import { exchange, type KubeObject } from './kube-exchange.js';
import { forward, openForwarded, type StreamCall } from './kube-forwarding.js';
import type { KubeTransport, OutboundIdentity } from './kube-transport.js';
import type { KubeActor } from './translate-kube-error.js';

/** Mode of access as the caller; `passthrough` sends the caller's own token. */
export type CallerAccess =
  | { readonly mode: 'impersonate' }
  | { readonly mode: 'passthrough'; readonly credentials: CallerCredentials };

/** Client that acts only as the caller. */
export class CallerKubeClient {
  readonly #transport: KubeTransport;
  readonly #access: CallerAccess;

  constructor(transport: KubeTransport, access: CallerAccess) {
    this.#transport = transport;
    this.#access = access;
  }

  /** Throws SallyportError; in passthrough Unauthenticated if the caller sent no token. */
  async send(principal: Principal, call: KubeCall): Promise<KubeObject> {
    const { identity, actor } = this.#as(principal);
    return exchange(this.#transport, call, identity, actor);
  }

  /** Returns the whole answer unchanged. Throws as RawUpstream does. */
  async forward(principal: Principal, call: KubeCall): Promise<RawAnswer> {
    const { identity, actor } = this.#as(principal);
    return forward(this.#transport, call, identity, actor);
  }

  /** Opens a streamed answer. Throws as RawUpstream does. */
  async open(principal: Principal, call: StreamCall): Promise<RawStream> {
    const { identity, actor } = this.#as(principal);
    return openForwarded(this.#transport, call, identity, actor);
  }

  #as(principal: Principal): {
    readonly identity: OutboundIdentity;
    readonly actor: KubeActor;
  } {
    if (this.#access.mode === 'impersonate') {
      const headers = impersonationHeaders(principal);
      const actor = { kind: 'caller', username: principal.username } as const;
      return { identity: { kind: 'impersonated', headers }, actor };
    }
    const credential = this.#access.credentials.of(principal);
    if (credential === undefined) {
      throw new SallyportError('Unauthenticated', 'the cluster needs a token of its own');
    }
    return { identity: { kind: 'bearer', credential }, actor: { kind: 'bearer' } };
  }
}
