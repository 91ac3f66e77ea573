import { SecretValue } from '../../../src/core/secret-value.js';
import { compileEgress } from '../../../src/platform/outbound/domain/egress-rules.js';
import { Egress } from '../../../src/platform/outbound/egress.js';
import type {
  RemoteSecret,
  RemoteState,
  RemoteStore,
  RemoteWrite,
} from '../../../src/sync/domain/remote-store.js';
import { AzureStore } from '../../../src/sync/stores/azure/azure-store.js';
import { ClientAssertionLogin } from '../../../src/sync/stores/azure/client-assertion-login.js';
import { GcpStore } from '../../../src/sync/stores/gcp/gcp-store.js';
import { TokenExchangeLogin } from '../../../src/sync/stores/gcp/token-exchange-login.js';
import { StoreTransport } from '../../../src/sync/stores/store-transport.js';
import { jsonPayload } from '../../../src/sync/stores/json-payload.js';
import type { SecretPayload } from '../../../src/sync/stores/secret-payload.js';
import type { TestKeyVault } from '../../services/azure-key-vault.js';
import type { TestSecretManager } from '../../services/gcp-secretmanager.js';
import type { HttpsDouble } from '../../services/https-double.js';

export const owner = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };

/** Differences of a store and its login from those that work. */
export interface CloudWorld {
  readonly audience?: string;
  readonly subject?: string;
  /** Lifetime of the token of the ServiceAccount. */
  readonly seconds?: number;
  /** Host that the egress rules allow for the store. */
  readonly allowed?: string;
  readonly storeCa?: string;
  /** CA of the server that issues tokens. */
  readonly loginCa?: string;
  readonly nowMs?: () => number;
  readonly payload?: SecretPayload;
}

function transportTo({ url }: HttpsDouble, ca: string, allowed = '127.0.0.1'): StoreTransport {
  const allow = [{ host: allowed, port: Number(url.port), addresses: ['127.0.0.0/8'] }];
  const egress = new Egress(compileEgress({ allow, deny: [] }, []));
  return new StoreTransport({
    ...{ url, ca },
    resolve: (to, signal) => egress.resolve(to.hostname, Number(to.port), undefined, signal),
  });
}

function identityOf(
  { cluster, audience: wanted }: Pick<TestKeyVault, 'cluster' | 'audience'>,
  { audience = wanted, subject, seconds }: CloudWorld,
) {
  return () => cluster.token({ audience, ...(subject !== undefined && { subject }) }, seconds);
}

/** Returns the store of a vault. */
export function azureStoreOf(azure: TestKeyVault, world: CloudWorld = {}): AzureStore {
  const { vault, authority, tenantId, clientId, scope } = azure;
  const { storeCa = vault.ca, loginCa = authority.ca, allowed, nowMs = () => 0 } = world;
  const { payload = jsonPayload } = world;
  const login = new ClientAssertionLogin({
    ...{ tenantId, clientId, scope, nowMs },
    authority: transportTo(authority, loginCa),
    identity: identityOf(azure, world),
  });
  return new AzureStore({
    transport: transportTo(vault, storeCa, allowed),
    token: (signal) => login.token(signal),
    onDenied: () => login.drop(),
    payload,
  });
}

/** Returns the store of a project. */
export function gcpStoreOf(
  gcp: TestSecretManager,
  world: CloudWorld & { readonly impersonates?: string; readonly project?: string } = {},
): GcpStore {
  const { store, sts, credentials, provider } = gcp;
  const { storeCa = store.ca, loginCa = sts.ca, allowed, nowMs = () => 0, impersonates } = world;
  const { payload = jsonPayload } = world;
  const through = transportTo(credentials, credentials.ca);
  const login = new TokenExchangeLogin({
    ...{ audience: provider, nowMs },
    sts: transportTo(sts, loginCa),
    impersonation: impersonates
      ? { credentials: through, serviceAccount: impersonates }
      : undefined,
    identity: identityOf(gcp, world),
  });
  return new GcpStore({
    transport: transportTo(store, storeCa, allowed),
    token: (signal) => login.token(signal),
    onDenied: () => login.drop(),
    payload,
    ...{ project: world.project ?? gcp.project, location: undefined, replicas: [] },
  });
}

/** Returns the present state of a secret; throws for a secret that is not there. */
export async function presentIn(store: RemoteStore, name: string): Promise<RemoteSecret> {
  const state = await store.read(name, new AbortController().signal);
  if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
  return state;
}

/** Returns a write of texts by the owner. */
export function writeOf(
  texts: Readonly<Record<string, string>>,
  expected: RemoteState = { kind: 'absent' },
  mark = owner,
): RemoteWrite {
  const values = new Map(
    Object.entries(texts).map(([key, text]) => [key, SecretValue.fromBytes(Buffer.from(text))]),
  );
  const version = expected.kind === 'absent' ? '' : expected.version;
  const token = Buffer.from(`${JSON.stringify(texts)}${version}`).toString('hex');
  return { values, mark, expected, idempotencyToken: token.padEnd(64, '0').slice(-64) };
}

/** Returns the values of a state as texts; throws for a secret that is not there. */
export function textsOf(state: RemoteState): Record<string, string> {
  if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
  return Object.fromEntries(
    [...state.values].map(([key, value]) => [key, value.revealText() ?? '']),
  );
}

/** Returns the reason that some work fails for; no text of a failure may have a value. */
export async function reasonIn(work: Promise<unknown>, value: string): Promise<unknown> {
  const error: unknown = await work.then(
    () => 'none',
    (thrown: unknown) => thrown,
  );
  if (String((error as Error).message).includes(value)) throw new Error('a failure has a value');
  return (error as { readonly reason?: unknown }).reason;
}
