import { describe, expect, it } from 'vitest';
import { ParameterStore } from '../../../../../src/sync/stores/aws/parameter-store.js';
import { SecretsManagerStore } from '../../../../../src/sync/stores/aws/secrets-manager-store.js';
import { jsonPayload as payload } from '../../../../../src/sync/stores/json-payload.js';
import { type FakeAnswer, fakeAws, never } from './fake-aws.js';

const providers = [
  {
    provider: 'AWS Secrets Manager',
    operation: 'BatchGetSecretValue',
    open: (answers: readonly FakeAnswer[]) => {
      const aws = fakeAws({ BatchGetSecretValue: answers });
      return { ...aws, store: new SecretsManagerStore({ client: aws.client, payload }) };
    },
    answer: {
      SecretValues: [
        { Name: 'pay/a', VersionId: 'one', SecretString: 'c4n4ry' },
        { Name: 'pay/none' },
      ],
      Errors: [{ SecretId: 'pay/b', ErrorCode: 'ResourceNotFoundException' }],
    },
    tags: [['pay/a', 'one']],
    names: { SecretIdList: ['pay/a', 'pay/b'] },
  },
  {
    provider: "AWS' Parameter Store",
    operation: 'GetParameters',
    open: (answers: readonly FakeAnswer[]) => {
      const aws = fakeAws({ GetParameters: answers });
      return {
        ...aws,
        store: new ParameterStore({ client: aws.client, tier: 'standard', payload }),
      };
    },
    answer: {
      Parameters: [
        { Name: '/pay/a', Version: 7, LastModifiedDate: 1_764_000_000.5, Value: 'c4n4ry' },
        { Name: '/pay/other', Version: 7, LastModifiedDate: 1_764_000_000.5 },
      ],
      InvalidParameters: ['/pay/b'],
    },
    tags: [['pay/a', '7@2025-11-24T16:00:00.500Z']],
    names: { Names: ['/pay/a', '/pay/b'], WithDecryption: false },
  },
] as const;

describe.each(providers)('change tags of $provider', (one) => {
  const ask = (store: ReturnType<(typeof one)['open']>['store']) =>
    store.changeTags(['pay/a', 'pay/b'], never);

  it('are the versions of the secrets that are there', async () => {
    const { store, calls } = one.open([one.answer]);
    const found = await ask(store);
    expect([...found]).toEqual(one.tags);
    expect(calls).toMatchObject([[one.operation, one.names]]);
  });

  it.each(['AccessDeniedException', 'ValidationException'])(
    'are not asked for again after %s',
    async (code) => {
      const { store, calls } = one.open([code]);
      expect((await ask(store)).size).toBe(0);
      expect((await ask(store)).size).toBe(0);
      expect(calls).toHaveLength(1);
    },
  );

  it.each<[FakeAnswer, string]>([
    ['ThrottlingException', 'StoreBusy'],
    [{ other: [] }, 'TargetFailed'],
  ])('fail with %o', async (answer, reason) => {
    const { store } = one.open([answer]);
    await expect(ask(store)).rejects.toMatchObject({ reason });
  });
});
