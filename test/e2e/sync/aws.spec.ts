import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sdkOptions } from '../../integration/sync/aws-world.js';
import { motoRegion, motoRoleArn, startMoto, type TestMoto } from '../../services/moto.js';
import { eventually } from '../../support/tokens-world.js';
import { SyncWorld } from './sync-world.js';

const SecretId = 'k8s/pay/db';

let world: SyncWorld;
let moto: TestMoto;
/** A client of AWS' own, of somebody else. */
let sdk: SecretsManagerClient;

beforeAll(async () => {
  [world, moto] = await Promise.all([SyncWorld.start(), startMoto()]);
  sdk = new SecretsManagerClient(sdkOptions(moto));
  await world.installation.cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'moto-ca' },
    stringData: { 'ca.crt': moto.server.ca },
  });
  const endpoint = moto.url.origin;
  const { status, text } = await world.operator.put('/v1/stores/aws', {
    awsSecretsManager: {
      ...{ region: motoRegion, endpoint, caSecret: { namespace: 'pay', name: 'moto-ca' } },
      credentials: { webIdentity: { roleArn: motoRoleArn, endpoint } },
    },
    allow: [{ namespaces: ['pay'], prefix: 'k8s/{namespace}/', directions: ['push', 'pull'] }],
    poll: '10s',
  });
  if (status !== 201) throw new Error(text);
});
afterAll(async () => {
  sdk?.destroy();
  await Promise.all([world?.stop(), moto?.server.stop()]);
});

const stored = async (): Promise<unknown> => {
  const { SecretString = '{}' } = await sdk.send(new GetSecretValueCommand({ SecretId }));
  return JSON.parse(SecretString);
};

describe('a sync with AWS Secrets Manager', () => {
  it('pushes a Secret as the ServiceAccount, with the mark of its owner', async () => {
    await world.putSecret('db', { user: 'app', password: 'pushed-to-aws' });
    await world.putSync('db', { storeName: 'aws' });
    await world.becomes('db', 'InSync');
    expect(await stored()).toEqual({ user: 'app', password: 'pushed-to-aws' });
    const { Tags = [] } = await sdk.send(new DescribeSecretCommand({ SecretId }));
    expect(Tags).toEqual([{ Key: 'sallyport.dev/owner', Value: expect.stringMatching(/^v1\//) }]);
  });

  it('pulls what others write there', async () => {
    const SecretString = JSON.stringify({ user: 'app', password: 'pulled-from-aws' });
    await sdk.send(new PutSecretValueCommand({ SecretId, SecretString }));
    await world.run('db');
    await eventually(async () => {
      expect(await world.secretValues('db')).toEqual({ user: 'app', password: 'pulled-from-aws' });
    });
  });

  it('leaves members that are no text as they are', async () => {
    const SecretString = JSON.stringify({ user: 'app', password: 'pulled-from-aws', port: 3306 });
    await sdk.send(new PutSecretValueCommand({ SecretId, SecretString }));
    await world.run('db');
    await eventually(async () => {
      expect(await world.secretValues('db')).toMatchObject({ port: '3306' });
    });
    await world.putSecret('db', { user: 'other', password: 'pulled-from-aws', port: '3306' });
    await eventually(async () => {
      expect(await stored()).toEqual({ user: 'other', password: 'pulled-from-aws', port: 3306 });
    });
  });
});
