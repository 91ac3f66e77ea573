import { gcpAudience, gcpPlaces, type GcpSpec } from '../../domain/gcp-spec.js';
import type { RemoteStore } from '../../domain/remote-store.js';
import { RepeatedWrites } from '../repeated-writes.js';
import type { StoreParts } from '../store-parts.js';
import { GcpStore } from './gcp-store.js';
import { TokenExchangeLogin } from './token-exchange-login.js';

/** Opens Secret Manager of a project of Google Cloud. */
export function openGcp(spec: GcpSpec, parts: StoreParts): RemoteStore {
  const { provider, serviceAccount, project, location, replicas } = spec;
  const places = gcpPlaces(spec);
  const login = new TokenExchangeLogin({
    sts: parts.transportTo(places.sts),
    audience: provider,
    impersonation:
      serviceAccount === undefined
        ? undefined
        : { credentials: parts.transportTo(places.credentials), serviceAccount },
    identity: (signal) => parts.identity(gcpAudience(spec), signal),
    nowMs: parts.nowMs,
  });
  const store = new GcpStore({
    transport: parts.transportTo(places.store),
    token: (signal) => login.token(signal),
    onDenied: () => login.drop(),
    project,
    location,
    replicas,
    payload: parts.payload,
  });
  return new RepeatedWrites(store);
}
