import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { SecretValue } from '../../../src/core/secret-value.js';
import { compileEgress } from '../../../src/platform/outbound/domain/egress-rules.js';
import { Egress } from '../../../src/platform/outbound/egress.js';
import type { RemoteStore } from '../../../src/sync/domain/remote-store.js';
import { ParameterStore } from '../../../src/sync/stores/aws/parameter-store.js';
import { SecretsManagerStore } from '../../../src/sync/stores/aws/secrets-manager-store.js';
import { openStore } from '../../../src/sync/stores/open-store.js';
import { KvStore } from '../../../src/sync/stores/openbao/kv-store.js';
import { plainPayload as payload } from '../../../src/sync/stores/plain-payload.js';
import { RepeatedWrites } from '../../../src/sync/stores/repeated-writes.js';
import { StoreTransport } from '../../../src/sync/stores/store-transport.js';
import { startKeyVault } from '../../services/azure-key-vault.js';
import { startSecretManager } from '../../services/gcp-secretmanager.js';
import { startMoto } from '../../services/moto.js';
import { startOpenBao } from '../../services/openbao.js';
import type { TestServer } from '../../services/test-server.js';
import { startWebhookStore } from '../../services/webhook-store.js';
import { awsClient, sdkOptions } from './aws-world.js';
import { azureStoreOf, gcpStoreOf } from './cloud-stores.js';

/** A store whose secrets have one value each, and another program that uses it. */
export interface PlainWorld {
  readonly store: RemoteStore;
  /** Writes a text as the value of a name, as another program does. */
  readonly put: (name: string, text: string) => Promise<unknown>;
  /** Returns the value of a name, as another program reads it. */
  readonly get: (name: string) => Promise<string | undefined>;
  readonly stop: () => Promise<unknown>;
}

/** AWS Secrets Manager, on moto. */
export async function secretsManager(): Promise<PlainWorld> {
  const moto = await startMoto();
  const sdk = new SecretsManagerClient(sdkOptions(moto));
  const client = awsClient(moto, 'secretsmanager');
  return {
    store: new SecretsManagerStore({ client, payload, recoveryDays: 7 }),
    put: async (name, SecretString) => {
      try {
        await sdk.send(new CreateSecretCommand({ Name: name, SecretString }));
      } catch (error) {
        if (!(error instanceof ResourceExistsException)) throw error;
        await sdk.send(new PutSecretValueCommand({ SecretId: name, SecretString }));
      }
    },
    get: async (SecretId) => (await sdk.send(new GetSecretValueCommand({ SecretId }))).SecretString,
    stop: async () => {
      sdk.destroy();
      await moto.server.stop();
    },
  };
}

/** AWS' Parameter Store, on moto. */
export async function parameterStore(): Promise<PlainWorld> {
  const moto = await startMoto();
  const sdk = new SSMClient(sdkOptions(moto));
  const store = new ParameterStore({ client: awsClient(moto, 'ssm'), payload, tier: 'standard' });
  return {
    store: new RepeatedWrites(store),
    put: (name, Value) => {
      const parameter = { Name: `/${name}`, Value, Overwrite: true, Type: 'SecureString' } as const;
      return sdk.send(new PutParameterCommand(parameter));
    },
    get: async (name) => {
      const input = { Name: `/${name}`, WithDecryption: true };
      return (await sdk.send(new GetParameterCommand(input))).Parameter?.Value;
    },
    stop: async () => {
      sdk.destroy();
      await moto.server.stop();
    },
  };
}

/** KV v2 of OpenBao. */
export async function openbao(): Promise<PlainWorld> {
  const bao = await startOpenBao();
  const token = () => Promise.resolve(bao.server.admin.password);
  const transport = transportTo(bao.url, bao.server);
  return {
    store: new KvStore({ transport, mount: 'secret', token, onDenied: () => undefined }),
    put: (name, value) => bao.call('POST', `secret/data/${name}`, { data: { value } }),
    get: async (name) => {
      const answer = await bao.call('GET', `secret/data/${name}`);
      return (answer as { data: { data: { value: string } } }).data.data.value;
    },
    stop: () => bao.server.stop(),
  };
}

/** Azure Key Vault, on a double. */
export async function azure(): Promise<PlainWorld> {
  const vault = await startKeyVault();
  const { secrets } = vault;
  const flat = (name: string) => name.replaceAll('/', '--');
  return {
    store: new RepeatedWrites(azureStoreOf(vault, { payload })),
    put: async (name, value) => secrets.put(flat(name), { value }),
    get: async (name) => secrets.versions(flat(name)).at(-1)?.value,
    stop: () => vault.stop(),
  };
}

/** GCP Secret Manager, on a double. */
export async function gcp(): Promise<PlainWorld> {
  const manager = await startSecretManager();
  const { secrets } = manager;
  const flat = (name: string) => name.replaceAll('/', '--');
  return {
    store: new RepeatedWrites(gcpStoreOf(manager, { payload })),
    put: async (name, text) => {
      // A secret that is there stays as it is.
      secrets.create(flat(name), { replication: { automatic: {} } });
      const data = Buffer.from(text).toString('base64');
      secrets.addVersion(flat(name), { payload: { data } }, false);
    },
    get: async (name) => secrets.payloads(flat(name)).at(-1)?.toString(),
    stop: () => manager.stop(),
  };
}

/** The example server of the webhook contract. */
export async function webhook(): Promise<PlainWorld> {
  const server = await startWebhookStore();
  const signingSecret = { namespace: 'stores', name: 'webhook', key: 'signing.key' };
  const webhookSpec = { url: server.url.origin, auth: { signingSecret } };
  const store = await openStore(
    { webhook: webhookSpec, allow: [], poll: '1m' },
    {
      transportTo: (to) => transportTo(to, server.server),
      identity: () => Promise.reject(new Error('no token is asked for')),
      referenced: async () => SecretValue.fromBytes(Buffer.from(server.signingKey)),
      ...{ payload, account: { namespace: 'pay', name: 'sallyport-sync' }, nowMs: Date.now },
    },
  );
  return {
    store,
    put: (name, value) => server.writtenByOthers(name, { value }),
    get: async (name) => {
      const { body = {} } = await server.call('GET', name);
      const { value = '' } = body['values'] as { readonly value?: string };
      return Buffer.from(value, 'base64').toString();
    },
    stop: () => server.server.stop(),
  };
}

function transportTo(url: URL, { host, port, ca }: TestServer): StoreTransport {
  const allow = [{ host, port, addresses: ['127.0.0.0/8'] }];
  const egress = new Egress(compileEgress({ allow, deny: [] }, []));
  return new StoreTransport({
    ...{ url, ca },
    resolve: (to, signal) => egress.resolve(to.hostname, Number(to.port), undefined, signal),
  });
}
