import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../packages/kube-sandbox/src/model/kube-object.js';
import { storeCauses } from '../../../../../src/app/sandbox/admission/store-rules.js';
import { ruleMessages } from './rule-messages.js';

type Spec = Readonly<Record<string, unknown>>;

const storeOf = (spec: Spec) =>
  ({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'ExternalStore',
    metadata: { name: 'vault' },
    spec,
  }) as unknown as KubeObject;

function messagesOf(spec: Spec): readonly string[] {
  return storeCauses(storeOf(spec), []).map(
    ({ field, message }) => `${field}: ${message.replace('Invalid value: ', '')}`,
  );
}

const webIdentity = { roleArn: 'arn:aws:iam::123456789012:role/sync' };
const openbao = { url: 'https://bao.example' };

/** A spec for each rule, and where it is broken. */
const broken: readonly (readonly [string, Spec])[] = [
  ['spec', {}],
  ['spec', { openbao, azureKeyVault: {} }],
  ['spec.awsSecretsManager.credentials', { awsSecretsManager: { credentials: {} } }],
  [
    'spec.awsParameterStore.credentials',
    { awsParameterStore: { credentials: { webIdentity, accessKey: {} } } },
  ],
  ['spec.kubernetes.auth', { kubernetes: { auth: {} } }],
  ['spec.kubernetes.auth', { kubernetes: { auth: { token: {}, tokenSecret: {} } } }],
  ['spec.gcpSecretManager', { gcpSecretManager: { location: 'europe-west3', replicas: ['a'] } }],
  ['spec.webhook.auth', { webhook: { auth: {} } }],
  ['spec.notify', { openbao, notify: {} }],
];

describe('the rules of a store', () => {
  it.each(broken)('are broken at %s by one thing at a time', (field, spec) => {
    expect(messagesOf(spec)).toEqual([expect.stringMatching(/^[^:]+: .+/)]);
    expect(messagesOf(spec)[0]?.startsWith(`${field}: `)).toBe(true);
  });

  it('are those of the shipped definition, word for word', () => {
    const words = broken
      .flatMap(([, spec]) => messagesOf(spec))
      .map((text) => text.slice(text.indexOf(': ') + 2));
    const shipped = ruleMessages('deploy/crds/externalstores.yaml');
    expect([...new Set(words)].toSorted()).toEqual([...new Set(shipped)].toSorted());
  });

  it.each<[string, Spec]>([
    ['OpenBao', { openbao }],
    ['AWS with a role', { awsSecretsManager: { credentials: { webIdentity } } }],
    ['a regional project', { gcpSecretManager: { location: 'europe-west3' } }],
    ['another cluster', { kubernetes: { auth: { token: { audience: 'other' } } } }],
    ['a webhook with a token', { webhook: { auth: { token: {} } } }],
    ['a signed webhook', { webhook: { auth: { signingSecret: {} } } }],
    ['notifications of a topic', { openbao, notify: { sns: {} } }],
    ['replicas', { gcpSecretManager: { replicas: ['europe-west3'] } }],
  ])('hold for %s', (_what, spec) => {
    expect(messagesOf(spec)).toEqual([]);
  });

  it('are not checked if the schema is broken already', () => {
    const cause = { reason: 'FieldValueRequired', message: 'Required value', field: 'spec' };
    expect(storeCauses(storeOf({}), [cause])).toEqual([
      expect.objectContaining({ message: expect.stringContaining('were not checked') }),
    ]);
  });
});
