import { syncLimits } from '../../../core/sync-limits.js';
import type { KubernetesSpec } from '../../domain/kubernetes-spec.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import type { RemoteStore } from '../../domain/remote-store.js';
import type { BearerCallsOptions, WorkloadIdentity } from '../bearer-calls.js';
import { bearerOf, LoginToken } from '../login-token.js';
import type { StoreParts } from '../store-parts.js';
import { KubernetesStore } from './kubernetes-store.js';

type Credential = Pick<BearerCallsOptions, 'token' | 'onDenied'>;

/** Opens another cluster. Throws RemoteFault StoreDenied for a Secret without a token. */
export async function openKubernetes(
  { url, auth }: KubernetesSpec,
  parts: StoreParts,
): Promise<RemoteStore> {
  const { token, tokenSecret } = auth;
  const transport = parts.transportTo(new URL(url));
  if (token !== undefined) {
    const identity: WorkloadIdentity = (signal) => parts.identity(token.audience, signal);
    return new KubernetesStore({ transport, ...accountToken(identity, parts.nowMs) });
  }
  const stored = tokenSecret && bearerOf((await parts.referenced(tokenSecret)).revealText());
  if (stored === undefined) {
    throw new RemoteFault('StoreDenied', 'the Secret of the store has no bearer token');
  }
  return new KubernetesStore({ transport, ...storedToken(stored) });
}

/** Returns tokens of the ServiceAccount, which the other cluster accepts as they are. */
function accountToken(identity: WorkloadIdentity, nowMs: () => number): Credential {
  const login = new LoginToken({
    nowMs,
    logIn: async (signal) => {
      const issued = bearerOf((await identity(signal)).revealText());
      if (issued !== undefined) {
        return { token: issued, lifetimeSeconds: syncLimits.accountTokenSeconds };
      }
      throw new RemoteFault('StoreDenied', 'the cluster gives out no token of the ServiceAccount');
    },
  });
  return { token: (signal) => login.token(signal), onDenied: () => login.drop() };
}

function storedToken(token: string): Credential {
  return { token: () => Promise.resolve(token), onDenied: () => undefined };
}
