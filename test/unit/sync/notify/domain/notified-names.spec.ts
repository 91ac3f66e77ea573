import { describe, expect, it } from 'vitest';
import {
  notifiedNames,
  validationCodeOf,
} from '../../../../../src/sync/notify/domain/notified-names.js';

describe('the secrets that an event names', () => {
  it.each<[string, unknown, readonly object[]]>([
    [
      'a list',
      { names: ['k8s/pay/db', 'k8s/pay/api'] },
      [{ name: 'k8s/pay/db' }, { name: 'k8s/pay/api' }],
    ],
    [
      'EventBridge',
      {
        'detail-type': 'Secret Label Updated',
        source: 'aws.secretsmanager',
        detail: { name: 'k8s/pay/db', labelUpdated: 'AWSCURRENT', versionId: '1' },
      },
      [{ name: 'k8s/pay/db' }],
    ],
    [
      'the Parameter Store',
      {
        'detail-type': 'Parameter Store Change',
        source: 'aws.ssm',
        detail: { name: '/k8s/pay/db', operation: 'Update', type: 'SecureString' },
      },
      [{ name: '/k8s/pay/db' }],
    ],
    [
      'CloudTrail',
      {
        'detail-type': 'AWS API Call via CloudTrail',
        detail: { eventName: 'PutSecretValue', requestParameters: { secretId: 'k8s/pay/db' } },
      },
      [{ name: 'k8s/pay/db' }],
    ],
    [
      'CloudTrail by an ARN',
      {
        detail: {
          requestParameters: {
            secretId: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:k8s/pay/db-AbC123',
          },
        },
      },
      [{ name: 'k8s/pay/db' }],
    ],
    [
      'Event Grid',
      [
        {
          eventType: 'Microsoft.KeyVault.SecretNewVersionCreated',
          data: { VaultName: 'pay', ObjectType: 'Secret', ObjectName: 'k8s--pay--db' },
        },
        { data: { vaultName: 'pay', objectName: 'k8s--pay--api' } },
      ],
      [
        { name: 'k8s--pay--db', vault: 'pay' },
        { name: 'k8s--pay--api', vault: 'pay' },
      ],
    ],
    [
      'CloudEvents',
      { specversion: '1.0', type: 'x', data: { VaultName: 'pay', ObjectName: 'k8s--pay--db' } },
      [{ name: 'k8s--pay--db', vault: 'pay' }],
    ],
    [
      'Pub/Sub',
      {
        message: {
          attributes: {
            eventType: 'SECRET_VERSION_ADD',
            secretId: 'projects/123456789012/secrets/k8s--pay--db',
            versionId: 'projects/123456789012/secrets/k8s--pay--db/versions/2',
          },
          data: 'e30=',
          messageId: '1',
        },
        subscription: 'projects/pay/subscriptions/push',
      },
      [{ name: 'k8s--pay--db' }],
    ],
    [
      'Pub/Sub of a region',
      { message: { attributes: { secretId: 'projects/1/locations/europe-west3/secrets/db' } } },
      [{ name: 'db' }],
    ],
  ])('are those of %s', (_what, event, names) => {
    expect(notifiedNames(event)).toEqual(names);
  });

  it.each<unknown>([
    ...[undefined, null, 'k8s/pay/db', 7, true, [], {}, [[{ names: ['a'] }]]],
    { names: 'k8s/pay/db' },
    { names: [1, null, {}, ''] },
    { names: ['a'.repeat(1_025)] },
    { detail: 'k8s/pay/db' },
    { detail: { name: { a: 1 } } },
    { detail: { requestParameters: null } },
    { data: { ObjectName: 'db' } },
    { data: { VaultName: 'pay' } },
    { data: 'aGVsbG8=' },
    { message: { attributes: { eventType: 'TOPIC_CONFIGURED' } } },
    { message: { attributes: { secretId: 'db' } } },
    { message: { attributes: { secretId: 'projects/1/secrets/../db' } } },
    { message: 'text' },
    JSON.parse('{"__proto__": {"names": ["a"]}}'),
    Object.create({ names: ['inherited'] }),
  ])('are none in %j', (event) => {
    expect(notifiedNames(event)).toEqual([]);
  });
});

describe('a validation of Event Grid', () => {
  const eventType = 'Microsoft.EventGrid.SubscriptionValidationEvent';
  const data = { validationCode: '512d38b6-c7b8', validationUrl: 'https://eventgrid.example' };

  it('has a code', () => {
    expect(validationCodeOf([{ id: '1', eventType, data }])).toBe('512d38b6-c7b8');
  });

  it.each<unknown>([
    { eventType, data },
    [],
    [
      { eventType, data },
      { eventType, data },
    ],
    [{ eventType: 'Microsoft.KeyVault.SecretNewVersionCreated', data }],
    [{ eventType, data: { validationCode: 1 } }],
    [{ eventType, data: { validationCode: 'a b' } }],
    [{ eventType, data: { validationCode: 'a'.repeat(257) } }],
    [{ eventType }],
    'text',
  ])('has no code in %j', (event) => {
    expect(validationCodeOf(event)).toBeUndefined();
  });
});
