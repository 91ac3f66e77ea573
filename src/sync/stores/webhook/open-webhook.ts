import { SecretValue } from '../../../core/secret-value.js';
import { syncLimits } from '../../../core/sync-limits.js';
import { WEBHOOK_SECRET_RULE, webhookKey } from '../../../platform/config/webhook-secret.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import type { RemoteStore } from '../../domain/remote-store.js';
import type { SecretKeyReference } from '../../domain/secret-key-reference.js';
import type { WebhookSpec } from '../../domain/webhook-spec.js';
import { bearerOf, type IssuedToken, LoginToken } from '../login-token.js';
import type { StoreParts } from '../store-parts.js';
import { WebhookStore } from './webhook-store.js';

/** Opens a server with the contract of `docs/webhook-store.md`. Throws SyncRefused, RemoteFault. */
export async function openWebhook(spec: WebhookSpec, parts: StoreParts): Promise<RemoteStore> {
  const { signingSecret, token } = spec.auth;
  const { nowMs } = parts;
  const url = new URL(spec.url);
  const login = token && accountToken(token.audience, parts);
  return new WebhookStore({
    transport: parts.transportTo(url),
    url,
    signingKey: signingSecret && (await signingKey(signingSecret, parts)),
    token: login && ((signal) => login.token(signal)),
    onDenied: () => login?.drop(),
    nowMs,
  });
}

async function signingKey(
  reference: SecretKeyReference,
  { referenced }: StoreParts,
): Promise<SecretValue> {
  const key = webhookKey((await referenced(reference)).revealText() ?? '');
  if (key !== undefined) return SecretValue.fromBytes(key);
  throw new RemoteFault('StoreDenied', `the signing key is invalid: ${WEBHOOK_SECRET_RULE}`);
}

/** Tokens of the ServiceAccount itself: no server exchanges them. */
function accountToken(audience: string, { identity, nowMs }: StoreParts): LoginToken {
  const logIn = async (signal: AbortSignal): Promise<IssuedToken> => {
    const token = bearerOf((await identity(audience, signal)).revealText());
    if (token !== undefined) return { token, lifetimeSeconds: syncLimits.accountTokenSeconds };
    throw new RemoteFault('StoreDenied', 'the token of the ServiceAccount is none of a bearer');
  };
  return new LoginToken({ nowMs, logIn });
}
