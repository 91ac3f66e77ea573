import { RemoteFault } from '../domain/remote-fault.js';
import type { RemoteStore } from '../domain/remote-store.js';
import type { SecretKeyReference } from '../domain/secret-key-reference.js';
import type { StoreSpec } from '../domain/store-spec.js';
import { openParameterStore, openSecretsManager } from './aws/open-aws.js';
import { openAzure } from './azure/open-azure.js';
import { openGcp } from './gcp/open-gcp.js';
import { openKubernetes } from './kubernetes/open-kubernetes.js';
import { openOpenbao } from './openbao/open-openbao.js';
import type { StoreParts } from './store-parts.js';
import { openWebhook } from './webhook/open-webhook.js';

/**
 * Opens a store for one ServiceAccount; nothing is sent before its first use. Throws SyncRefused
 * for a reference that cannot be read.
 */
export async function openStore(spec: StoreSpec, parts: StoreParts): Promise<RemoteStore> {
  const { openbao, awsSecretsManager, awsParameterStore, azureKeyVault, gcpSecretManager } = spec;
  if (openbao !== undefined) return openOpenbao(openbao, parts);
  if (awsSecretsManager !== undefined) return openSecretsManager(awsSecretsManager, parts);
  if (awsParameterStore !== undefined) return openParameterStore(awsParameterStore, parts);
  if (azureKeyVault !== undefined) return openAzure(azureKeyVault, parts);
  if (gcpSecretManager !== undefined) return openGcp(gcpSecretManager, parts);
  if (spec.kubernetes !== undefined) return openKubernetes(spec.kubernetes, parts);
  if (spec.webhook !== undefined) return openWebhook(spec.webhook, parts);
  throw new RemoteFault('TargetFailed', 'the spec of the store names no store');
}

/** Returns where the CA of a store is; undefined: the CAs that the system trusts. */
export function caSecretOf(spec: StoreSpec): SecretKeyReference | undefined {
  const { openbao, awsSecretsManager, awsParameterStore, azureKeyVault, gcpSecretManager } = spec;
  const aws = awsSecretsManager ?? awsParameterStore;
  const others = spec.kubernetes ?? spec.webhook;
  return (openbao ?? aws ?? azureKeyVault ?? gcpSecretManager ?? others)?.caSecret;
}
