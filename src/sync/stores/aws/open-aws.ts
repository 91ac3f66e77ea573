import {
  type AwsParameterStoreSpec,
  type AwsSecretsManagerSpec,
  awsUrl,
} from '../../domain/aws-spec.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import type { RemoteStore } from '../../domain/remote-store.js';
import { RepeatedWrites } from '../repeated-writes.js';
import type { StoreParts } from '../store-parts.js';
import { AwsClient, type AwsService } from './aws-client.js';
import { type AwsCredentialSource, staticCredentials } from './aws-credentials.js';
import { ParameterStore } from './parameter-store.js';
import { SecretsManagerStore } from './secrets-manager-store.js';
import { WebIdentity } from './web-identity.js';

const SESSION_CHARACTERS_MAX = 64;

/** Opens AWS Secrets Manager. */
export async function openSecretsManager(
  spec: AwsSecretsManagerSpec,
  parts: StoreParts,
): Promise<RemoteStore> {
  const client = await clientOf('secretsmanager', spec, parts);
  const { kmsKeyId, recoveryDays } = spec;
  const { payload } = parts;
  return new SecretsManagerStore({ client, payload, kmsKeyId, recoveryDays });
}

/** Opens AWS' Parameter Store. */
export async function openParameterStore(
  spec: AwsParameterStoreSpec,
  parts: StoreParts,
): Promise<RemoteStore> {
  const client = await clientOf('ssm', spec, parts);
  const { kmsKeyId, tier } = spec;
  const { payload } = parts;
  return new RepeatedWrites(new ParameterStore({ client, payload, kmsKeyId, tier }));
}

async function clientOf(
  service: AwsService,
  spec: AwsSecretsManagerSpec | AwsParameterStoreSpec,
  parts: StoreParts,
): Promise<AwsClient> {
  const { region } = spec;
  const url = awsUrl(service, spec);
  const source = await credentialsOf(spec, parts);
  const transport = parts.transportTo(url);
  return new AwsClient({
    transport,
    url,
    region,
    service,
    credentials: source,
    nowMs: parts.nowMs,
  });
}

async function credentialsOf(
  { region, credentials }: AwsSecretsManagerSpec | AwsParameterStoreSpec,
  parts: StoreParts,
): Promise<AwsCredentialSource> {
  const { webIdentity, accessKey } = credentials;
  if (webIdentity !== undefined) {
    const { roleArn, audience, endpoint } = webIdentity;
    return new WebIdentity({
      transport: parts.transportTo(awsUrl('sts', { region, endpoint })),
      roleArn,
      sessionName: sessionName(parts.account),
      identity: (signal) => parts.identity(audience, signal),
      nowMs: parts.nowMs,
    });
  }
  if (accessKey === undefined) throw noKey();
  const accessKeyId = (await parts.referenced(accessKey.accessKeyId)).revealText();
  const secretAccessKey = await parts.referenced(accessKey.secretAccessKey);
  if (accessKeyId === undefined) throw noKey();
  return staticCredentials({ accessKeyId, secretAccessKey });
}

/** Returns the name of the session in AWS' own trail. */
function sessionName({ namespace, name }: StoreParts['account']): string {
  return `${namespace}.${name}`.slice(0, SESSION_CHARACTERS_MAX);
}

function noKey(): RemoteFault {
  return new RemoteFault('StoreDenied', 'the store has no credential for AWS');
}
