import { parameterNameReason, secretNameReason } from './aws-names.js';
import type { AwsParameterStoreSpec } from './aws-spec.js';
import { azureNameRules, flatName, gcpNameRules } from './flat-name.js';
import { kubernetesName } from './kubernetes-name.js';
import type { StoreSpec } from './store-spec.js';

/** Returns what decides where the secrets of a store are. */
export function providerPlace(spec: StoreSpec): Readonly<Record<string, unknown>> {
  const { openbao, awsSecretsManager, awsParameterStore, azureKeyVault, gcpSecretManager } = spec;
  if (openbao !== undefined) {
    const { url, mount } = openbao;
    return { provider: 'openbao', url, mount };
  }
  if (awsSecretsManager !== undefined) return awsPlace('awsSecretsManager', awsSecretsManager);
  if (awsParameterStore !== undefined) return awsPlace('awsParameterStore', awsParameterStore);
  if (azureKeyVault !== undefined) {
    const { vaultUrl } = azureKeyVault;
    return { provider: 'azureKeyVault', vaultUrl };
  }
  if (gcpSecretManager !== undefined) {
    const { project, location, url } = gcpSecretManager;
    return { provider: 'gcpSecretManager', project, location, url };
  }
  if (spec.kubernetes !== undefined) return { provider: 'kubernetes', url: spec.kubernetes.url };
  if (spec.webhook !== undefined) return { provider: 'webhook', url: spec.webhook.url };
  return {};
}

/** Returns why a store takes no such name; undefined if it may take the name. */
export function providerNameReason(spec: StoreSpec, name: string): string | undefined {
  if (spec.kubernetes !== undefined) {
    const secret = kubernetesName(name);
    return 'refused' in secret ? secret.refused : undefined;
  }
  if (spec.awsSecretsManager !== undefined) return secretNameReason(name);
  if (spec.awsParameterStore !== undefined) return parameterNameReason(name);
  const rules = (spec.azureKeyVault && azureNameRules) ?? (spec.gcpSecretManager && gcpNameRules);
  if (rules === undefined) return undefined;
  const flat = flatName(name, rules);
  return 'refused' in flat ? flat.refused : undefined;
}

/** The credential of AWS chooses the account. */
function awsPlace(
  provider: string,
  {
    region,
    endpoint,
    credentials,
  }: Pick<AwsParameterStoreSpec, 'region' | 'endpoint' | 'credentials'>,
): Readonly<Record<string, unknown>> {
  const account = credentials.webIdentity?.roleArn.split(':')[4] ?? credentials.accessKey;
  return { provider, region, endpoint, account };
}
