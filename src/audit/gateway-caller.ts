import { randomUUID } from 'node:crypto';
import type { CallContext } from '../core/call-context.js';
import { Principal } from '../core/principal.js';

/** As whom the gateway does and records what nobody asked for: an account of its own. */
export function gatewayCaller(namespace: string, name = 'sallyport'): CallContext {
  const principal = Principal.forServiceAccount({
    namespace,
    name,
    // It is asked about by nobody.
    uid: 'gateway',
    credentialId: 'gateway',
  });
  const auditId = randomUUID();
  const job = { principal, door: 'job', sourceIp: '', requestUri: '' } as const;
  return { ...job, auditId, requestId: auditId };
}
