import type { OpenbaoSpec } from '../../domain/openbao-spec.js';
import type { RemoteStore } from '../../domain/remote-store.js';
import type { StoreParts } from '../store-parts.js';
import { JwtLogin } from './jwt-login.js';
import { KvStore } from './kv-store.js';

/** Opens a KV secrets engine of OpenBao or Vault. */
export function openOpenbao(spec: OpenbaoSpec, parts: StoreParts): RemoteStore {
  const transport = parts.transportTo(new URL(spec.url));
  const { mount, role, audience } = spec.auth.jwt;
  const login = new JwtLogin({
    transport,
    mount,
    role,
    identity: (signal) => parts.identity(audience, signal),
    nowMs: parts.nowMs,
  });
  return new KvStore({
    transport,
    mount: spec.mount,
    token: (signal) => login.token(signal),
    onDenied: () => login.drop(),
  });
}
