import { describe, expect, it } from 'vitest';
import { remoteSecrets, remoteSecretsReason } from '../../../../src/sync/domain/remote-secrets.js';
import { type StoreSpec, storeSpecSchema } from '../../../../src/sync/domain/store-spec.js';
import { openbao } from './sync.builder.js';

const azureKeyVault = {
  vaultUrl: 'https://pay.vault.azure.net',
  tenantId: '11111111-2222-4333-8444-555555555555',
  clientId: '66666666-7777-4888-8999-000000000000',
};
const pool = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools';
const gcpSecretManager = { project: 'project-1', provider: `${pool}/pool-1/providers/cluster` };
const role = 'arn:aws:iam::123456789012:role/sync';
const aws = { region: 'eu-central-1', credentials: { webIdentity: { roleArn: role } } };
const [awsSecretsManager, awsParameterStore] = [aws, aws];
const kubernetes = { url: 'https://other.example', auth: { token: { audience: 'other' } } };

const storeOf = (provider: object): StoreSpec => storeSpecSchema.parse(provider);
const perKey = (...remotes: readonly string[]) => ({
  remote: { name: 'db', format: 'perKey' as const },
  keys: remotes.map((remote, index) => ({ name: `key-${index}`, remote })),
});
const json = { remote: { name: 'db', format: 'json' as const }, keys: [{ name: 'A' }] };

it('the secrets of a sync are one for all keys, or one for each', () => {
  expect(remoteSecrets(json, 'k8s/pay/db')).toEqual(['k8s/pay/db']);
  const names = ['k8s/pay/db/user', 'k8s/pay/db/PASSWORD'];
  expect(remoteSecrets(perKey('user', 'PASSWORD'), 'k8s/pay/db')).toEqual(names);
});

describe('a store', () => {
  it.each<[string, object, string]>([
    ['Azure, which has no capital letters', { azureKeyVault }, 'PASSWORD'],
    ['Azure, which has no dots', { azureKeyVault }, 'tls.crt'],
    ['Azure, whose names have no end like this', { azureKeyVault }, 'a-'],
    ['Google, which has no dots', { gcpSecretManager }, 'tls.crt'],
    ['Secrets Manager, which has no ends like this', { awsSecretsManager }, 'db-server'],
    ['Parameter Store, which has no such characters', { awsParameterStore }, 'a@b'],
    ['another cluster', { kubernetes }, 'password'],
    ['any, whose name gets too long by its prefix', { openbao }, 'a'.repeat(512)],
  ])('refuses a name of one key: %s', (_what, provider, remote) => {
    const reason = remoteSecretsReason(storeOf(provider), perKey('user', remote), 'k8s/pay/db');
    expect(reason).toMatch(/store|name|another cluster/);
  });

  it('says which of the names it refuses', () => {
    const store = storeOf({ awsSecretsManager });
    const reason = remoteSecretsReason(store, perKey('user', 'db-server', 'a-server'), 'k8s/db');
    expect(reason).toBe('k8s/db/db-server: the name ends in - and 6 characters');
  });

  it.each([{ azureKeyVault }, { gcpSecretManager }, { openbao }])(
    'takes plain names',
    (provider) => {
      const store = storeOf(provider);
      expect(remoteSecretsReason(store, perKey('user', 'pass-word'), 'k8s/pay/db')).toBeUndefined();
      expect(remoteSecretsReason(store, json, 'k8s/pay/db')).toBeUndefined();
    },
  );

  it('that is a cluster takes a Secret with its keys', () => {
    expect(remoteSecretsReason(storeOf({ kubernetes }), json, 'pay/db')).toBeUndefined();
    expect(remoteSecretsReason(storeOf({ kubernetes }), json, 'pay/db/a')).toContain('namespace');
  });
});
