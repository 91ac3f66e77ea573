import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import {
  compileEgress,
  hostAndPortOf,
} from '../../../src/platform/outbound/domain/egress-rules.js';
import { Egress } from '../../../src/platform/outbound/egress.js';
import type { StoreSpec } from '../../../src/sync/domain/store-spec.js';
import { openStore } from '../../../src/sync/stores/open-store.js';
import type { StoreParts } from '../../../src/sync/stores/store-parts.js';
import { StoreTransport } from '../../../src/sync/stores/store-transport.js';
import { jsonPayload } from '../../../src/sync/stores/json-payload.js';
import { startKeyVault, type TestKeyVault } from '../../services/azure-key-vault.js';
import { startSecretManager, type TestSecretManager } from '../../services/gcp-secretmanager.js';
import {
  motoAudience,
  motoRegion,
  motoRoleArn,
  startMoto,
  type TestMoto,
} from '../../services/moto.js';
import { tokenFor } from './aws-world.js';
import { textsOf, writeOf } from './cloud-stores.js';

const never = new AbortController().signal;

let moto: TestMoto;
let azure: TestKeyVault;
let gcp: TestSecretManager;

beforeAll(async () => {
  [moto, azure, gcp] = await Promise.all([startMoto(), startKeyVault(), startSecretManager()]);
});
afterAll(() => Promise.all([moto?.server.stop(), azure?.stop(), gcp?.stop()]));

/** Parts of a store whose servers have these CAs, by their ports. */
function partsOf(
  cas: ReadonlyMap<string, string>,
  identity: (audience: string) => Promise<SecretValue>,
): StoreParts {
  const allow = [{ host: '127.0.0.1', addresses: ['127.0.0.0/8'] }];
  const egress = new Egress(compileEgress({ allow, deny: [] }, []));
  return {
    transportTo: (url) =>
      new StoreTransport({
        url,
        ca: cas.get(url.port),
        resolve: (to, signal) => {
          const { host, port } = hostAndPortOf(to);
          return egress.resolve(host, port, undefined, signal);
        },
      }),
    identity,
    referenced: async ({ key }) => {
      const text = key === 'id' ? moto.admin.accessKeyId : moto.admin.secretAccessKey;
      return SecretValue.fromBytes(Buffer.from(text));
    },
    account: { namespace: 'pay', name: 'sallyport-sync' },
    payload: jsonPayload,
    nowMs: Date.now,
  };
}

const base = { allow: [], poll: '1m' };

async function expectUse(spec: StoreSpec, parts: StoreParts): Promise<void> {
  const store = await openStore(spec, parts);
  const name = 'k8s/pay/opened';
  expect(await store.read(name, never)).toEqual({ kind: 'absent' });
  await store.write(name, writeOf({ password: 'c4n4ry' }), never);
  expect(textsOf(await store.read(name, never))).toEqual({ password: 'c4n4ry' });
}

describe('a store that a spec describes', () => {
  const motoParts = () => partsOf(new Map([[moto.url.port, moto.server.ca]]), tokenFor);
  const endpoint = () => moto.url.origin;
  const webIdentity = () => ({
    ...{ roleArn: motoRoleArn, audience: motoAudience, endpoint: endpoint() },
  });

  it('is AWS Secrets Manager, with the token of a ServiceAccount', async () => {
    const credentials = { webIdentity: webIdentity() };
    const aws = { region: motoRegion, endpoint: endpoint(), credentials, recoveryDays: 30 };
    await expectUse({ ...base, awsSecretsManager: aws }, motoParts());
  });

  it("is AWS' Parameter Store, with a key that a Secret has", async () => {
    const reference = { namespace: 'pay', name: 'aws' };
    const accessKey = {
      accessKeyId: { ...reference, key: 'id' },
      secretAccessKey: { ...reference, key: 'secret' },
    };
    const credentials = { accessKey };
    const aws = {
      region: motoRegion,
      endpoint: endpoint(),
      credentials,
      tier: 'standard' as const,
    };
    await expectUse({ ...base, awsParameterStore: aws }, motoParts());
  });

  it('is Azure Key Vault', async () => {
    const { vault, authority, cluster, tenantId, clientId, audience } = azure;
    const cas = new Map([
      [vault.url.port, vault.ca],
      [authority.url.port, authority.ca],
    ]);
    const spec = {
      vaultUrl: vault.url.origin,
      authorityUrl: authority.url.origin,
      resource: 'https://vault.azure.net',
      ...{ tenantId, clientId, audience },
    };
    const parts = partsOf(cas, (wanted) => cluster.token({ audience: wanted }));
    await expectUse({ ...base, azureKeyVault: spec }, parts);
  });

  it('is GCP Secret Manager, also with impersonation', async () => {
    const { store, sts, credentials, cluster, provider, project, audience, serviceAccount } = gcp;
    const cas = new Map([store, sts, credentials].map(({ url, ca }) => [url.port, ca]));
    const spec = {
      ...{ project, provider, audience, replicas: [], domain: '127.0.0.1', serviceAccount },
      url: store.url.origin,
      stsUrl: sts.url.origin,
      credentialsUrl: credentials.url.origin,
    };
    const parts = partsOf(cas, (wanted) => cluster.token({ audience: wanted }));
    await expectUse({ ...base, gcpSecretManager: spec }, parts);
  });
});
