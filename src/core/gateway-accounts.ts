import { randomUUID } from 'node:crypto';
import type { CallContext } from './call-context.js';
import { Principal } from './principal.js';

export interface GatewayAccountNames {
  readonly gatewayNamespace: string;
  readonly brokerServiceAccount: string;
}

/** Accounts under which the gateway does and records what no caller requested. */
export class GatewayAccounts {
  readonly #names: GatewayAccountNames;

  constructor(names: GatewayAccountNames) {
    this.#names = names;
  }

  /** Returns the gateway itself, for one piece of work. */
  self(): CallContext {
    return gatewayCaller(this.#names.gatewayNamespace);
  }

  /** Returns the broker, for one piece of work. */
  broker(): CallContext {
    return gatewayCaller(this.#names.gatewayNamespace, this.#names.brokerServiceAccount);
  }
}

/** Returns a call of the gateway under one of its accounts. */
export function gatewayCaller(namespace: string, name = 'sallyport'): CallContext {
  const principal = Principal.forServiceAccount({
    namespace,
    name,
    // No access review contains it.
    uid: 'gateway',
    credentialId: 'gateway',
  });
  const auditId = randomUUID();
  const job = { principal, door: 'job', sourceIp: '', requestUri: '' } as const;
  return { ...job, auditId, requestId: auditId };
}
