import { Principal } from '../core/principal.js';
import { impersonationHeaders, type RawHeaders } from './impersonation-headers.js';
import type { KubeCall } from './kube-call.js';
import { exchange, type KubeObject } from './kube-exchange.js';
import type { KubeTransport } from './kube-transport.js';

const BROKER_NAME = 'sallyport-broker';

/** Acts as the broker's ServiceAccount, after a decision about the caller. */
export class BrokerKubeClient {
  readonly #transport: KubeTransport;
  readonly #headers: RawHeaders;

  /** `gatewayNamespace`: where the gateway and its broker live. */
  constructor(transport: KubeTransport, gatewayNamespace: string) {
    this.#transport = transport;
    const broker = Principal.forServiceAccount({
      namespace: gatewayNamespace,
      name: BROKER_NAME,
      // Impersonation of a ServiceAccount sends its name alone.
      uid: 'not-sent',
      credentialId: 'broker',
    });
    this.#headers = impersonationHeaders(broker);
  }

  /** Throws SallyportError; Unavailable where the broker lacks a right. */
  send(call: KubeCall): Promise<KubeObject> {
    const identity = { kind: 'impersonated', headers: this.#headers } as const;
    return exchange(this.#transport, call, identity, { kind: 'broker' });
  }
}
