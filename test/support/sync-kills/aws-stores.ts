import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  GetParameterCommand,
  GetParameterHistoryCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { sdkOptions } from '../../integration/sync/aws-world.js';
import { motoRegion, motoRoleArn, startMoto, type TestMoto } from '../../services/moto.js';
import { StoreProxy } from '../store-proxy.js';
import { type CrashStore, crashNamespace, textsIn, valuesIn } from './crash-store.js';
import { type SeenCall, StoreFates } from './store-fates.js';

const prefix = 'k8s/{namespace}/';
const pathOf = (secret: string): string => `k8s/${crashNamespace}/${secret}`;
/** Patches between two looks at a history of which AWS keeps 100 versions. */
const PATCHES_MAX = 10;

/** Starts moto as Secrets Manager. It keeps all versions, and AWS those of the last 24 hours. */
export async function startSecretsManagerStore(): Promise<CrashStore> {
  const { moto, proxy, fates } = await start(2);
  const client = new SecretsManagerClient(sdkOptions(moto));
  const read = async (secret: string, VersionId?: string) => {
    const input = { SecretId: pathOf(secret), VersionId };
    const found = await client.send(new GetSecretValueCommand(input));
    return { json: found.SecretString ?? '{}', version: found.VersionId ?? '' };
  };
  return {
    ...{
      name: 'aws-secrets',
      prefix,
      fates,
      keepsHistory: true,
      files: { 'ca.crt': moto.server.ca },
    },
    spec: (caSecret) => ({ awsSecretsManager: placeOf(moto, proxy, caSecret) }),
    async patch(secret, change) {
      const { json } = await read(secret);
      const SecretString = JSON.stringify({ ...textsIn(json), ...change });
      await client.send(new PutSecretValueCommand({ SecretId: pathOf(secret), SecretString }));
    },
    async current(secret) {
      const { json, version } = await read(secret);
      return { values: textsIn(json), version };
    },
    async history(secret) {
      const jsons: string[] = [];
      let NextToken: string | undefined;
      do {
        const input = { SecretId: pathOf(secret), IncludeDeprecated: true, NextToken };
        const page = await client.send(new ListSecretVersionIdsCommand(input));
        for (const { VersionId } of page.Versions ?? []) {
          jsons.push((await read(secret, VersionId)).json);
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined && NextToken !== '');
      return valuesIn(jsons);
    },
    stop: () => stop(moto, proxy, client),
  };
}

/** Starts moto as Parameter Store. Versions are collected before the history drops them. */
export async function startParameterStore(): Promise<CrashStore> {
  const { moto, proxy, fates } = await start(3);
  const client = new SSMClient(sdkOptions(moto));
  const nameOf = (secret: string): string => `/${pathOf(secret)}`;
  const collected = new Map<string, Set<string>>();
  let patches = 0;
  const read = async (secret: string) => {
    const input = { Name: nameOf(secret), WithDecryption: true };
    const { Parameter } = await client.send(new GetParameterCommand(input));
    return { json: Parameter?.Value ?? '{}', version: String(Parameter?.Version) };
  };
  const collect = async (secret: string): Promise<ReadonlySet<string>> => {
    const jsons = collected.get(secret) ?? new Set();
    collected.set(secret, jsons);
    let NextToken: string | undefined;
    do {
      const input = { Name: nameOf(secret), WithDecryption: true, MaxResults: 50, NextToken };
      const page = await client.send(new GetParameterHistoryCommand(input));
      for (const { Value } of page.Parameters ?? []) if (Value !== undefined) jsons.add(Value);
      NextToken = page.NextToken;
    } while (NextToken !== undefined && NextToken !== '');
    return jsons;
  };
  return {
    ...{
      name: 'aws-parameters',
      prefix,
      fates,
      keepsHistory: true,
      files: { 'ca.crt': moto.server.ca },
    },
    spec: (caSecret) => ({ awsParameterStore: placeOf(moto, proxy, caSecret) }),
    async patch(secret, change) {
      patches += 1;
      if (patches % PATCHES_MAX === 0) await collect(secret);
      const { json } = await read(secret);
      const Value = JSON.stringify({ ...textsIn(json), ...change });
      const more = { Type: 'SecureString', Overwrite: true } as const;
      await client.send(new PutParameterCommand({ Name: nameOf(secret), Value, ...more }));
    },
    async current(secret) {
      const { json, version } = await read(secret);
      return { values: textsIn(json), version };
    },
    history: async (secret) => valuesIn(await collect(secret)),
    stop: () => stop(moto, proxy, client),
  };
}

async function start(seed: number) {
  const moto = await startMoto();
  const proxy = await StoreProxy.start(moto.server);
  const fates = new StoreFates(kindOf, seed);
  fates.guard(proxy);
  return { moto, proxy, fates };
}

async function stop(moto: TestMoto, proxy: StoreProxy, client: { destroy(): void }): Promise<void> {
  client.destroy();
  await proxy.stop();
  await moto.server.stop();
}

function placeOf(moto: TestMoto, proxy: StoreProxy, caSecret: object): object {
  // The proxy is for the service alone.
  const webIdentity = { roleArn: motoRoleArn, endpoint: moto.url.origin };
  return { region: motoRegion, endpoint: proxy.url, caSecret, credentials: { webIdentity } };
}

function kindOf({ headers }: SeenCall): 'read' | 'write' | 'page' {
  const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
  if (operation === 'GetParameterHistory') return 'page';
  return /^(?:BatchGet|Get|List|Describe)/.test(operation) ? 'read' : 'write';
}
