import { describe, expect, it } from 'vitest';
import type { NotifiedName } from '../../../../../src/sync/notify/domain/notified-names.js';
import { notifiedSyncs } from '../../../../../src/sync/notify/domain/notified-syncs.js';
import { allow, aStore, aSync } from '../../domain/sync.builder.js';

const credentials = { webIdentity: { roleArn: 'arn:aws:iam::123456789012:role/sync' } };
const aws = { region: 'eu-west-1', credentials };
const azureKeyVault = {
  vaultUrl: 'https://pay-vault.vault.azure.net',
  tenantId: '11111111-1111-1111-1111-111111111111',
  clientId: '11111111-1111-1111-1111-111111111111',
};
const provider =
  '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/cluster';
const gcpSecretManager = { project: 'pay-project', provider };

type Spec = Readonly<Record<string, unknown>>;

function namedBy(spec: Spec, notified: readonly NotifiedName[], sync = aSync()): boolean {
  const store = aStore(spec).spec;
  if (store === undefined) throw new Error(aStore(spec).problem);
  return notifiedSyncs(store, [sync], notified).length > 0;
}

const other = { openbao: undefined };
const perKey = aSync({
  remote: { name: 'db', format: 'perKey' },
  keys: [{ name: 'user' }, { name: 'password', remote: 'PASSWORD' }],
});

describe('a sync is named', () => {
  it.each<[string, Spec, NotifiedName]>([
    ['with its prefix', {}, { name: 'k8s/pay/db' }],
    ['by Secrets Manager', { ...other, awsSecretsManager: aws }, { name: 'k8s/pay/db' }],
    ['by the Parameter Store', { ...other, awsParameterStore: aws }, { name: '/k8s/pay/db' }],
    ['by Key Vault', { ...other, azureKeyVault }, { name: 'k8s--pay--db', vault: 'pay-vault' }],
    [
      'by Key Vault in capitals',
      { ...other, azureKeyVault },
      { name: 'K8S--PAY--DB', vault: 'PAY-vault' },
    ],
    ['in a list for Key Vault', { ...other, azureKeyVault }, { name: 'k8s/pay/db' }],
    ['by Secret Manager', { ...other, gcpSecretManager }, { name: 'k8s--pay--db' }],
  ])('%s', (_how, spec, name) => {
    expect(namedBy(spec, [{ name: 'else' }, name])).toBe(true);
  });

  it.each<[string, Spec, NotifiedName]>([
    ['by OpenBao', {}, { name: 'k8s/pay/db/PASSWORD' }],
    ['by the Parameter Store', { ...other, awsParameterStore: aws }, { name: '/k8s/pay/db/user' }],
    ['by Secret Manager', { ...other, gcpSecretManager }, { name: 'k8s--pay--db--PASSWORD' }],
  ])('with a secret of one key %s', (_how, spec, name) => {
    expect(namedBy(spec, [name], perKey)).toBe(true);
    expect(namedBy(spec, [name])).toBe(false);
    expect(namedBy({}, [{ name: 'k8s/pay/db' }, { name: 'k8s/pay/db/password' }], perKey)).toBe(
      false,
    );
  });

  it.each<[string, Spec, NotifiedName]>([
    ['without its prefix', {}, { name: 'db' }],
    ['with the prefix of another namespace', {}, { name: 'k8s/shop/db' }],
    ['by a part of its name', {}, { name: 'k8s/pay/d' }],
    ['by a longer name', {}, { name: 'k8s/pay/db/x' }],
    ['with a slash in front', {}, { name: '/k8s/pay/db' }],
    ['in capitals', {}, { name: 'K8S/PAY/DB' }],
    ['by another vault', { ...other, azureKeyVault }, { name: 'k8s--pay--db', vault: 'shop' }],
    ['by a vault', {}, { name: 'k8s/pay/db', vault: 'pay-vault' }],
    ['by a store that does not allow its namespace', { allow: [] }, { name: 'k8s/pay/db' }],
    [
      'by a store that allows another direction',
      { allow: [{ ...allow[0], directions: ['push'] }] },
      { name: 'k8s/pay/db' },
    ],
  ])('not %s', (_how, spec, name) => {
    expect(namedBy(spec, [name])).toBe(false);
  });

  it('not if its spec breaks a rule, and not by an event without names', () => {
    expect(namedBy({}, [{ name: 'k8s/pay/db' }], aSync({ direction: 'none' }))).toBe(false);
    expect(namedBy({}, [])).toBe(false);
  });
});
