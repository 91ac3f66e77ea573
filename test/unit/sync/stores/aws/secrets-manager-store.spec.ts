import { describe, expect, it } from 'vitest';
import { RemoteFault } from '../../../../../src/sync/domain/remote-fault.js';
import type { RemoteSecret } from '../../../../../src/sync/domain/remote-store.js';
import { SecretsManagerStore } from '../../../../../src/sync/stores/aws/secrets-manager-store.js';
import { jsonPayload } from '../../../../../src/sync/stores/json-payload.js';
import { absent, type FakeAnswer, fakeAws, never, ours, ownTags, valuesFor } from './fake-aws.js';

const token = 'a'.repeat(64);
const lost = new RemoteFault('TargetTimeout', 'no answer in time');
const described = (version: string, more: object = {}) => ({
  ...{ Name: 'db', VersionIdsToStages: { [version]: ['AWSCURRENT'], other: ['AWSPREVIOUS'] } },
  ...{ Tags: ownTags, DeletedDate: null, ...more },
});
const present: RemoteSecret = {
  ...{ kind: 'present' as const, version: 'v1', mark: ours, values: new Map() },
  changedAt: undefined,
};
const unmarked = { ...present, mark: undefined };

function storeOf(answers: Readonly<Record<string, readonly FakeAnswer[]>>) {
  const aws = fakeAws({ DescribeSecret: [described('v1')], ...answers });
  const options = { client: aws.client, payload: jsonPayload, kmsKeyId: 'alias/own' };
  return { ...aws, store: new SecretsManagerStore(options) };
}

const write = (store: SecretsManagerStore, expected = present) =>
  store.write(
    'db',
    { values: valuesFor('c4n4ry'), mark: ours, expected, idempotencyToken: token },
    never,
  );

describe('a write that AWS refuses halfway', () => {
  it('takes its label away, and has changed nothing', async () => {
    const { store, calls } = storeOf({
      DescribeSecret: [described('v1'), described('v2')],
      UpdateSecretVersionStage: ['InvalidParameterException', {}],
    });
    await expect(write(store)).rejects.toMatchObject({
      ...{ reason: 'StoreChanged', mayHaveChanged: false },
    });
    expect(calls.slice(1)).toEqual([
      [
        'PutSecretValue',
        {
          ...{ SecretId: 'db', SecretString: '{"key":"c4n4ry"}', ClientRequestToken: token },
          VersionStages: ['sallyport-write'],
        },
      ],
      [
        'UpdateSecretVersionStage',
        {
          ...{ SecretId: 'db', VersionStage: 'AWSCURRENT' },
          ...{ MoveToVersionId: token, RemoveFromVersionId: 'v1' },
        },
      ],
      [
        'UpdateSecretVersionStage',
        { SecretId: 'db', VersionStage: 'sallyport-write', RemoveFromVersionId: token },
      ],
      ['DescribeSecret', { SecretId: 'db' }],
    ]);
  });

  it('is no other state, if the expected one is still there', async () => {
    const { store } = storeOf({ UpdateSecretVersionStage: ['InvalidParameterException', {}] });
    await expect(write(store)).rejects.toMatchObject({
      ...{ reason: 'StoreRefused', mayHaveChanged: false },
    });
  });

  it('is a denial, if the right to move labels is missing', async () => {
    const denied = 'AccessDeniedException';
    const { store } = storeOf({ UpdateSecretVersionStage: [denied, denied] });
    await expect(write(store)).rejects.toMatchObject({
      ...{ reason: 'StoreDenied', mayHaveChanged: false },
    });
  });

  it('may have written, if no answer came, and leaves its label', async () => {
    const { store, operations } = storeOf({ UpdateSecretVersionStage: [lost] });
    await expect(write(store)).rejects.toMatchObject({ mayHaveChanged: true });
    expect(operations()).toHaveLength(3);
  });

  it('may have written, if only the mark is missing', async () => {
    const { store } = storeOf({
      DescribeSecret: [described('v1', { Tags: [] })],
      TagResource: ['AccessDeniedException'],
    });
    await expect(write(store, unmarked)).rejects.toMatchObject({
      ...{ reason: 'StoreDenied', mayHaveChanged: true },
    });
  });
});

describe('a repeated write', () => {
  it('adds the mark that is missing, and writes no value', async () => {
    const { store, operations } = storeOf({
      DescribeSecret: [
        ...[described(token, { Tags: [] }), described(token, { Tags: [] })],
        described(token),
      ],
    });
    expect(await write(store, unmarked)).toEqual({ version: token, overwritten: [] });
    const claim = ['DescribeSecret', 'TagResource', 'DescribeSecret'];
    expect(operations()).toEqual(['DescribeSecret', ...claim]);
  });

  it('does not take a secret that another owner has marked', async () => {
    const Tags = [{ Key: 'sallyport.dev/owner', Value: 'v1/cluster/ns/other' }];
    const { store, operations } = storeOf({ DescribeSecret: [described(token, { Tags })] });
    await expect(write(store, unmarked)).rejects.toMatchObject({ reason: 'StoreChanged' });
    expect(operations()).not.toContain('TagResource');
  });
});

describe('the first write', () => {
  const create = (store: SecretsManagerStore) => {
    const values = valuesFor('value');
    const wanted = { values, mark: ours, expected: absent, idempotencyToken: token };
    return store.write('db', wanted, never);
  };

  it('creates the secret with its mark, under the key of the store', async () => {
    const { store, calls } = storeOf({ DescribeSecret: ['ResourceNotFoundException'] });
    await create(store);
    expect(calls.at(-1)).toEqual([
      'CreateSecret',
      {
        ...{ Name: 'db', SecretString: '{"key":"value"}', ClientRequestToken: token },
        ...{ KmsKeyId: 'alias/own', Tags: ownTags },
      },
    ]);
  });

  it('has changed nothing if others were faster', async () => {
    const { store } = storeOf({
      DescribeSecret: ['ResourceNotFoundException', described('v1')],
      CreateSecret: ['ResourceExistsException'],
    });
    await expect(create(store)).rejects.toMatchObject({
      ...{ reason: 'StoreChanged', mayHaveChanged: false },
    });
  });
});

describe('a deletion', () => {
  it('is taken back, if others wrote between the check and the deletion', async () => {
    const deleted = described('v2', { DeletedDate: 1_796_000_000.5 });
    const { store, calls } = storeOf({ DescribeSecret: [described('v1'), deleted] });
    await expect(store.remove('db', present, never)).rejects.toMatchObject({
      ...{ reason: 'StoreChanged', mayHaveChanged: false },
    });
    expect(calls[1]).toEqual(['DeleteSecret', { SecretId: 'db', RecoveryWindowInDays: 30 }]);
    expect(calls.at(-1)).toEqual(['RestoreSecret', { SecretId: 'db' }]);
  });

  it('may have deleted, if it cannot be taken back', async () => {
    const deleted = described('v2', { DeletedDate: 1_796_000_000.5 });
    const { store } = storeOf({
      DescribeSecret: [described('v1'), deleted],
      RestoreSecret: ['AccessDeniedException'],
    });
    await expect(store.remove('db', present, never)).rejects.toMatchObject({
      ...{ reason: 'StoreDenied', mayHaveChanged: true },
    });
  });
});

it('a write after a deletion may have restored, if it fails then', async () => {
  const deleted = described('v1', { DeletedDate: 1_796_000_000.5 });
  const { store, operations } = storeOf({
    DescribeSecret: [deleted],
    PutSecretValue: ['AccessDeniedException'],
  });
  const expected = { kind: 'deleted', version: 'v1', mark: ours } as const;
  const wanted = { values: valuesFor('a'), mark: ours, expected, idempotencyToken: token };
  await expect(store.write('db', wanted, never)).rejects.toMatchObject({
    ...{ reason: 'StoreDenied', mayHaveChanged: true },
  });
  expect(operations()).toEqual(['DescribeSecret', 'RestoreSecret', 'PutSecretValue']);
});

it.each([
  ['of another secret', { Name: 'db-AbC123' }],
  ['without a name', {}],
])('a description %s is no absence', async (_what, description) => {
  const { store } = storeOf({ DescribeSecret: [description] });
  await expect(store.read('db', never)).rejects.toMatchObject({ reason: 'TargetFailed' });
});

it('the values are those of the version that was described, and of no other', async () => {
  const SecretString = '{"key":"value"}';
  const found = storeOf({ GetSecretValue: [{ VersionId: 'v1', SecretString }] });
  expect(await found.store.read('db', never)).toMatchObject({ version: 'v1', mark: ours });
  expect(found.calls[1]).toEqual(['GetSecretValue', { SecretId: 'db', VersionId: 'v1' }]);
  const other = storeOf({ GetSecretValue: [{ VersionId: 'v2', SecretString }] });
  await expect(other.store.read('db', never)).rejects.toMatchObject({ reason: 'TargetFailed' });
});

describe('a secret that others delete', () => {
  const deleted = described('v1', { DeletedDate: 1_796_000_000.5 });

  it('after its description was read is no absence', async () => {
    const { store } = storeOf({
      DescribeSecret: [described('v1'), deleted],
      GetSecretValue: ['InvalidRequestException'],
    });
    await expect(store.read('db', never)).rejects.toMatchObject({ reason: 'StoreChanged' });
  });

  it('is not deleted a second time', async () => {
    const { store } = storeOf({
      DescribeSecret: [described('v1'), deleted],
      DeleteSecret: ['InvalidRequestException'],
    });
    await expect(store.remove('db', present, never)).rejects.toMatchObject({
      ...{ reason: 'StoreChanged', mayHaveChanged: false },
    });
  });
});
