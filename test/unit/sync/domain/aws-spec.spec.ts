import { describe, expect, it } from 'vitest';
import {
  awsParameterStoreSpec,
  awsSecretsManagerSpec,
  awsUrl,
} from '../../../../src/sync/domain/aws-spec.js';

const roleArn = 'arn:aws:iam::123456789012:role/teams/sync';
const credentials = { webIdentity: { roleArn } };
const region = 'eu-central-1';
const key = { namespace: 'platform', name: 'aws', key: 'id' };

describe('the members of a store of AWS', () => {
  it('have the longest recovery, the cheap tier and the audience of AWS by default', () => {
    const filled = {
      region,
      credentials: { webIdentity: { roleArn, audience: 'sts.amazonaws.com' } },
    };
    expect(awsSecretsManagerSpec.parse({ region, credentials })).toEqual({
      ...filled,
      recoveryDays: 30,
    });
    expect(awsParameterStoreSpec.parse({ region, credentials })).toEqual({
      ...filled,
      tier: 'standard',
    });
  });

  it.each([
    [
      'a stored key',
      {
        credentials: {
          accessKey: { accessKeyId: key, secretAccessKey: { ...key, key: 'secret' } },
        },
      },
    ],
    ['a region of the government', { region: 'us-gov-west-1' }],
    ['an endpoint in a VPC', { endpoint: 'https://vpce-1.secretsmanager.vpce.amazonaws.com' }],
    ['an endpoint with a port', { endpoint: 'https://aws.test:8443/' }],
    ['a key of KMS', { kmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1-2' }],
    ['a short recovery', { recoveryDays: 7 }],
  ])('may have %s', (_what, members) => {
    expect(awsSecretsManagerSpec.safeParse({ region, credentials, ...members }).success).toBe(true);
  });

  it.each([
    ['a host as region', { region: 'eu-central-1.attacker.test' }],
    ['a path as region', { region: 'eu/central-1' }],
    ['an endpoint without TLS', { endpoint: 'http://aws.test' }],
    ['an endpoint with a path', { endpoint: 'https://aws.test/path' }],
    ['an endpoint with a query', { endpoint: 'https://aws.test/?a=b' }],
    ['an endpoint with a user', { endpoint: 'https://user@aws.test/' }],
    ['an endpoint that is no URL', { endpoint: 'aws.test' }],
    [
      'a role of another service',
      { credentials: { webIdentity: { roleArn: 'arn:aws:s3:::bucket' } } },
    ],
    [
      'both kinds of credentials',
      { credentials: { ...credentials, accessKey: { accessKeyId: key, secretAccessKey: key } } },
    ],
    ['no credentials, so that the instance would have to give them', { credentials: {} }],
    ['a recovery that AWS refuses', { recoveryDays: 6 }],
    ['a member of the other store', { tier: 'standard' }],
  ])('may not have %s', (_what, members) => {
    expect(awsSecretsManagerSpec.safeParse({ region, credentials, ...members }).success).toBe(
      false,
    );
  });
});

it.each([
  ['secretsmanager', { region }, 'https://secretsmanager.eu-central-1.amazonaws.com/'],
  ['ssm', { region: 'cn-north-1' }, 'https://ssm.cn-north-1.amazonaws.com.cn/'],
  ['sts', { region, endpoint: 'https://aws.test:8443' }, 'https://aws.test:8443/'],
] as const)('the URL of %s in %o is %s', (service, place, url) => {
  expect(awsUrl(service, place).href).toBe(url);
});
