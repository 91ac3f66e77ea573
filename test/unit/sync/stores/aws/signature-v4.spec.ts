import { expect, it } from 'vitest';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import { signedHeaders } from '../../../../../src/sync/stores/aws/signature-v4.js';

const secret = (text: string) => SecretValue.fromBytes(Buffer.from(text));
const key = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
  sessionToken: undefined,
};
const scope = {
  region: 'us-east-1',
  service: 'service',
  nowMs: Date.parse('2015-08-30T12:36:00Z'),
};

interface SuiteRequest {
  readonly name: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signature: string;
}

/** Requests of the test suite that AWS has published for signatures of version 4. */
const suite: readonly SuiteRequest[] = [
  {
    ...{ name: 'get-vanilla', method: 'GET' },
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    ...{ name: 'post-vanilla', method: 'POST' },
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    ...{ name: 'post-x-www-form-urlencoded', method: 'POST', body: 'Param1=value1' },
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
  {
    ...{ name: 'get-header-value-trim', method: 'GET' },
    headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' },
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
];

it.each(suite)('signs $name of the test suite of AWS', ({ method, headers, body, signature }) => {
  const url = new URL('https://example.amazonaws.com/');
  const request = { method, url, headers: headers ?? {}, body: Buffer.from(body ?? '') };
  const { authorization } = signedHeaders(request, scope, key);
  expect(authorization?.split('Signature=')[1]).toBe(signature);
});

const url = new URL('https://secretsmanager.eu-central-1.amazonaws.com/');
const request = {
  ...{ method: 'POST', url, body: Buffer.from('{"SecretId":"é"}') },
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'secretsmanager.GetSecretValue',
  },
};

it('covers the token of a session, and every header that is sent', () => {
  const sent = signedHeaders(request, scope, { ...key, sessionToken: secret('of the session') });
  expect(sent).toMatchObject({
    'x-amz-date': '20150830T123600Z',
    'x-amz-security-token': 'of the session',
  });
  expect(sent['authorization']).toContain(
    'Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=',
  );
});

it.each([
  ['body', { ...request, body: Buffer.from('{}') }, scope],
  ['host', { ...request, url: new URL('https://ssm.eu-central-1.amazonaws.com/') }, scope],
  ['time', request, { ...scope, nowMs: scope.nowMs + 1_000 }],
  ['region', request, { ...scope, region: 'eu-central-1' }],
  ['service', request, { ...scope, service: 'ssm' }],
])('is another signature for another %s', (_what, other, where) => {
  expect(signedHeaders(other, where, key)['authorization']).not.toBe(
    signedHeaders(request, scope, key)['authorization'],
  );
});
