import { Principal } from '../core/principal.js';
import { impersonationHeaders, type RawHeaders } from './impersonation-headers.js';
import type { KubeCall } from './kube-call.js';
import { exchange, type KubeObject } from './kube-exchange.js';
import type { KubeTransport } from './kube-transport.js';
import {
  type Collection,
  type CollectionSettings,
  openCollection,
} from './reflector/collection.js';

/** Client that acts as the broker's ServiceAccount, after a decision about the caller. */
export class BrokerKubeClient {
  readonly #transport: KubeTransport;
  readonly #headers: RawHeaders;

  /** `account`: the broker's, in the gateway's namespace. */
  constructor(
    transport: KubeTransport,
    account: { readonly namespace: string; readonly name: string },
  ) {
    this.#transport = transport;
    const broker = Principal.forServiceAccount({
      ...account,
      // Impersonation of a ServiceAccount sends only its name.
      uid: 'not-sent',
      credentialId: 'broker',
    });
    this.#headers = impersonationHeaders(broker);
  }

  /** Throws SallyportError; Unavailable if the broker lacks a right. */
  send(call: KubeCall): Promise<KubeObject> {
    const identity = { kind: 'impersonated', headers: this.#headers } as const;
    return exchange(this.#transport, call, identity, { kind: 'broker' });
  }

  /** Opens a collection for a reflector, e.g. the Secrets of a served namespace. */
  collection(settings: CollectionSettings): Collection {
    const identity = { kind: 'impersonated', headers: this.#headers } as const;
    const reader = { transport: this.#transport, identity, actor: { kind: 'broker' } as const };
    return openCollection(reader, settings);
  }
}
