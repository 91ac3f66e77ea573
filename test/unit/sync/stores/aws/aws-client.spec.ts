import { expect, it } from 'vitest';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import { AwsClient } from '../../../../../src/sync/stores/aws/aws-client.js';
import { staticCredentials } from '../../../../../src/sync/stores/aws/aws-credentials.js';
import type { StoreRequest } from '../../../../../src/sync/stores/store-transport.js';

const never = new AbortController().signal;
const key = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: SecretValue.fromBytes(Buffer.from('c4n4ry')),
};

function clientOf(status: number, body: string) {
  const sent: StoreRequest[] = [];
  let drops = 0;
  const client = new AwsClient({
    transport: {
      send: async (request) => {
        sent.push(request);
        return { status, headers: {}, body: Buffer.from(body) };
      },
    },
    ...{ url: new URL('https://ssm.test:8443'), region: 'eu-central-1', service: 'ssm' },
    credentials: { ...staticCredentials(key), drop: () => void (drops += 1) },
    nowMs: () => Date.parse('2026-12-02T08:00:00Z'),
  });
  return { client, sent, drops: () => drops };
}

it('sends an operation in JSON, signed for its service, without the key', async () => {
  const { client, sent } = clientOf(200, '{"Version": 1}');
  await client.call('GetParameter', { Name: '/é', KeyId: undefined }, never);
  expect(sent).toMatchObject([
    {
      ...{ method: 'POST', path: '/' },
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-date': '20261202T080000Z',
        'x-amz-target': 'AmazonSSM.GetParameter',
      },
    },
  ]);
  expect(Buffer.from(sent[0]?.body ?? []).toString()).toBe('{"Name":"/é"}');
  expect(sent[0]?.headers['authorization']).toContain('/20261202/eu-central-1/ssm/aws4_request');
  expect(JSON.stringify(sent)).not.toContain('c4n4ry');
});

it.each([
  [400, '{"__type": "ExpiredTokenException"}', 1],
  [403, '<html>', 1],
  [400, '{"__type": "ParameterNotFound"}', 0],
  [500, '', 0],
])('an answer of %i %s makes it forget the key %i times', async (status, body, count) => {
  const { client, drops } = clientOf(status, body);
  await expect(client.call('GetParameter', {}, never)).rejects.toMatchObject({
    name: 'RemoteFault',
  });
  expect(drops()).toBe(count);
});

it('has no use for an answer that is no JSON', async () => {
  const { client } = clientOf(200, '<html>c4n4ry');
  await expect(client.call('GetParameter', {}, never)).rejects.toThrow(
    'the answer of the store is no object of JSON',
  );
});
