import { randomUUID } from 'node:crypto';
import type { CallContext } from '../core/call-context.js';
import { Principal } from '../core/principal.js';

/** As whom the gateway records what it does by itself: its own account. */
export function gatewayCaller(gatewayNamespace: string): CallContext {
  const principal = Principal.forServiceAccount({
    namespace: gatewayNamespace,
    name: 'sallyport',
    // It is asked about by nobody.
    uid: 'gateway',
    credentialId: 'gateway',
  });
  const auditId = randomUUID();
  const job = { principal, door: 'job', sourceIp: '', requestUri: '' } as const;
  return { ...job, auditId, requestId: auditId };
}
