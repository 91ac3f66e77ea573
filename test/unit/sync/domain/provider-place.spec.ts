import { expect, it } from 'vitest';
import { providerNameReason, providerPlace } from '../../../../src/sync/domain/provider-place.js';
import { type StoreSpec, storeSpecSchema } from '../../../../src/sync/domain/store-spec.js';

const jwt = { role: 'sync', audience: 'openbao' };
const role = (account: string) => ({
  webIdentity: { roleArn: `arn:aws:iam::${account}:role/sync` },
});
const azure = {
  vaultUrl: 'https://pay.vault.azure.net',
  tenantId: '11111111-2222-4333-8444-555555555555',
  clientId: '66666666-7777-4888-8999-000000000000',
};
const pool = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools';
const webhook = { url: 'https://store.example', auth: { token: { audience: 'store' } } };
const gcp = { project: 'project-1', provider: `${pool}/pool-1/providers/cluster` };

const cluster = (change: object) => ({
  kubernetes: { url: 'https://other.example', auth: { token: { audience: 'other' } }, ...change },
});

const specOf = (provider: object): StoreSpec => storeSpecSchema.parse(provider);
const bao = (change: object) => ({
  openbao: { url: 'https://bao.example', auth: { jwt }, ...change },
});
const aws = (change: object) => ({
  awsSecretsManager: { region: 'eu-central-1', credentials: role('123456789012'), ...change },
});

it.each<[string, object, object]>([
  ['the address of OpenBao', bao({}), bao({ url: 'https://other.example' })],
  ['its mount', bao({}), bao({ mount: 'other' })],
  ['the region of AWS', aws({}), aws({ region: 'eu-west-1' })],
  ['the account of AWS', aws({}), aws({ credentials: role('210987654321') })],
  [
    'the service of AWS',
    aws({}),
    { awsParameterStore: { region: 'eu-central-1', credentials: role('123456789012') } },
  ],
  [
    'the vault of Azure',
    { azureKeyVault: azure },
    { azureKeyVault: { ...azure, vaultUrl: 'https://shop.vault.azure.net' } },
  ],
  [
    'the project of Google',
    { gcpSecretManager: gcp },
    { gcpSecretManager: { ...gcp, project: 'project-2' } },
  ],
  ['the address of a cluster', cluster({}), cluster({ url: 'https://third.example' })],
  [
    'the address of a webhook',
    { webhook },
    { webhook: { ...webhook, url: 'https://other.example' } },
  ],
])('another one is %s', (_what, one, other) => {
  expect(providerPlace(specOf(one))).not.toEqual(providerPlace(specOf(other)));
});

it.each<[string, object, object]>([
  ['a role of OpenBao', bao({}), bao({ auth: { jwt: { ...jwt, role: 'other' } } })],
  [
    'an application of Azure',
    { azureKeyVault: azure },
    { azureKeyVault: { ...azure, clientId: azure.tenantId } },
  ],
  [
    'a credential of a cluster',
    cluster({}),
    cluster({ auth: { tokenSecret: { namespace: 'stores', name: 'other', key: 'token' } } }),
  ],
  [
    'an audience of a webhook',
    { webhook },
    { webhook: { ...webhook, auth: { token: { audience: 'other' } } } },
  ],
])('the same one is that of %s', (_what, one, other) => {
  expect(providerPlace(specOf(one))).toEqual(providerPlace(specOf(other)));
});

it('refuses names that a store without levels cannot have', () => {
  for (const provider of [{ azureKeyVault: azure }, { gcpSecretManager: gcp }]) {
    expect(providerNameReason(specOf(provider), 'k8s/pay/db')).toBeUndefined();
    expect(providerNameReason(specOf(provider), 'k8s/pay/db--1')).toContain('single -');
  }
  expect(providerNameReason(specOf(bao({})), 'k8s/pay/db--1')).toBeUndefined();
});

it('refuses names that a service of AWS cannot have', () => {
  const { awsSecretsManager } = aws({});
  for (const provider of [{ awsSecretsManager }, { awsParameterStore: awsSecretsManager }]) {
    expect(providerNameReason(specOf(provider), 'k8s/pay/db_1')).toBeUndefined();
  }
  expect(providerNameReason(specOf(aws({})), 'k8s/pay/db-server')).toContain('6 characters');
  const parameters = specOf({ awsParameterStore: awsSecretsManager });
  expect(providerNameReason(parameters, 'k8s/pay/db-server')).toBeUndefined();
  expect(providerNameReason(parameters, 'k8s/pay/a@b')).toContain('characters');
});

it('takes names of another cluster with a namespace and a name', () => {
  expect(providerNameReason(specOf(cluster({})), 'pay/db')).toBeUndefined();
  for (const name of ['k8s/pay/db', 'pay/db_1']) {
    expect(providerNameReason(specOf(cluster({})), name)).toContain('name');
  }
});
