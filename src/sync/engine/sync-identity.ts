import type { CallContext } from '../../core/call-context.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';

/** Sync that works, and the user who answers for it. */
export interface SyncIdentity {
  readonly namespace: string;
  /** Name of the SecretSync. */
  readonly name: string;
  readonly storeName: string;
  readonly secretName: string;
  readonly author: string;
}

/** Returns the context of one piece of work: the broker, on behalf of the author. */
export function workContext(
  accounts: Pick<GatewayAccounts, 'broker'>,
  { author }: SyncIdentity,
): CallContext {
  return { ...accounts.broker(), onBehalfOf: author };
}

/** Returns the reason of the decision that the events of a sync state. */
export function decisionOf({ name, storeName }: SyncIdentity): string {
  return `SecretSync "${name}" of ExternalStore "${storeName}"`;
}
