import type { KubeAccessMaterial } from '../../kubernetes/kube-access-material.js';
import type { KubeConfigSource } from '../../kubernetes/kube-config-source.js';
import type { RunningSandbox } from '@sallyport/kube-sandbox';
import { type IssuedToken, requestToken } from './request-token.js';

const EXPIRATION_SECONDS = 3_600;
// Much shorter than the token's life: tokens become invalid when their account is recreated.
const USED_MS_MAX = 60_000;
const account = { namespace: 'sallyport', name: 'sallyport' };

/** Returns the gateway's own access to its sandbox, with tokens of its ServiceAccount. */
export function sandboxSource(
  sandbox: Pick<RunningSandbox, 'url' | 'caCertificate' | 'request'>,
): KubeConfigSource {
  let kept: IssuedToken | undefined;
  const token = async (): Promise<string> => {
    if (kept !== undefined && Date.now() - kept.issuedAtMs < USED_MS_MAX) return kept.token;
    kept = await requestToken(sandbox, account, {
      audiences: [],
      expirationSeconds: EXPIRATION_SECONDS,
    });
    if (kept === undefined) throw new Error('the sandbox has no ServiceAccount sallyport');
    return kept.token;
  };
  const tls = {
    ca: sandbox.caCertificate,
    cert: undefined,
    key: undefined,
    servername: undefined,
    rejectUnauthorized: true,
  };
  return {
    server: sandbox.url,
    read: async (): Promise<KubeAccessMaterial> => ({ token: await token(), tls }),
  };
}
