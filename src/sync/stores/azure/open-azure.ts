import { azureScope, type AzureSpec } from '../../domain/azure-spec.js';
import type { RemoteStore } from '../../domain/remote-store.js';
import { RepeatedWrites } from '../repeated-writes.js';
import type { StoreParts } from '../store-parts.js';
import { AzureStore } from './azure-store.js';
import { ClientAssertionLogin } from './client-assertion-login.js';

/** Opens a vault of Azure Key Vault. */
export function openAzure(spec: AzureSpec, parts: StoreParts): RemoteStore {
  const { vaultUrl, authorityUrl, tenantId, clientId, audience } = spec;
  const login = new ClientAssertionLogin({
    authority: parts.transportTo(new URL(authorityUrl)),
    tenantId,
    clientId,
    scope: azureScope(spec),
    identity: (signal) => parts.identity(audience, signal),
    nowMs: parts.nowMs,
  });
  const store = new AzureStore({
    transport: parts.transportTo(new URL(vaultUrl)),
    token: (signal) => login.token(signal),
    onDenied: () => login.drop(),
    payload: parts.payload,
  });
  return new RepeatedWrites(store);
}
