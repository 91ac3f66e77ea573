import { beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import { WebIdentity } from '../../../../../src/sync/stores/aws/web-identity.js';
import type { StoreRequest } from '../../../../../src/sync/stores/store-transport.js';

const never = new AbortController().signal;
const keys =
  '<Credentials><AccessKeyId>ASIA4EXAMPLE00000000</AccessKeyId>' +
  '<SecretAccessKey>wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY</SecretAccessKey>' +
  '<SessionToken>AQoDYXdzEE0a8ANXXXXXXXXNO1ewxE5TijQyp+IEXAMPLE=</SessionToken>' +
  '<Expiration>2026-12-02T10:00:00Z</Expiration></Credentials>';
const wrapped = (inside: string) =>
  `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">` +
  `<AssumeRoleWithWebIdentityResult>${inside}</AssumeRoleWithWebIdentityResult>` +
  '</AssumeRoleWithWebIdentityResponse>';

let sent: StoreRequest[];
let answers: (readonly [status: number, body: string])[];
let nowMs: number;
let source: WebIdentity;

beforeEach(() => {
  sent = [];
  answers = [];
  nowMs = 1_000;
  source = new WebIdentity({
    transport: {
      send: async (request) => {
        sent.push(request);
        const [status, body] = answers.shift() ?? [200, wrapped(keys)];
        return { status, headers: {}, body: Buffer.from(body) };
      },
    },
    ...{ roleArn: 'arn:aws:iam::123456789012:role/sync', sessionName: 'pay.sync' },
    identity: async () => SecretValue.fromBytes(Buffer.from('header.c4n4ry+/.signature')),
    nowMs: () => nowMs,
  });
});

describe('a web identity', () => {
  it('is exchanged in the body of one request for all calls that wait', async () => {
    const [first, second] = await Promise.all([
      source.credentials(never),
      source.credentials(never),
    ]);
    expect(first).toBe(second);
    expect(first.accessKeyId).toBe('ASIA4EXAMPLE00000000');
    expect(first.secretAccessKey.revealText()).toBe('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY');
    expect(sent).toMatchObject([{ method: 'POST', path: '/' }]);
    const form = new URLSearchParams(Buffer.from(sent[0]?.body ?? []).toString());
    expect(Object.fromEntries(form)).toEqual({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: 'arn:aws:iam::123456789012:role/sync',
      RoleSessionName: 'pay.sync',
      WebIdentityToken: 'header.c4n4ry+/.signature',
      DurationSeconds: '900',
    });
  });

  it('is exchanged again after 12 of 15 minutes, and after a denial', async () => {
    await source.credentials(never);
    nowMs += 12 * 60_000 - 1;
    await source.credentials(never);
    expect(sent).toHaveLength(1);
    nowMs += 1;
    await source.credentials(never);
    expect(sent).toHaveLength(2);
    source.drop();
    await source.credentials(never);
    expect(sent).toHaveLength(3);
  });

  it.each([
    [400, '<Error><Code>InvalidIdentityToken</Code></Error>', 'StoreDenied'],
    [400, '<Error><Code>ExpiredTokenException</Code></Error>', 'StoreDenied'],
    [403, '<Error><Code>AccessDenied</Code></Error>', 'StoreDenied'],
    [400, '<Error><Code>IDPCommunicationError</Code></Error>', 'StoreBusy'],
    [400, '<html>', 'TargetFailed'],
    [500, '<Error><Code>InternalFailure</Code></Error>', 'TargetFailed'],
  ])('that is answered with %i %s is %s, and exchanged by the next call', async (...one) => {
    const [status, body, reason] = one;
    answers.push([status, body]);
    await expect(source.credentials(never)).rejects.toMatchObject({ reason });
    expect(await source.credentials(never)).toMatchObject({ accessKeyId: 'ASIA4EXAMPLE00000000' });
  });

  it.each([
    ['JSON', '{"AccessKeyId": "ASIA4EXAMPLE00000000"}'],
    ['another answer', wrapped(keys).replaceAll('AssumeRoleWithWebIdentity', 'GetSessionToken')],
    ['no keys', wrapped('')],
    ['keys without a token', wrapped(keys.replace(/<SessionToken>.*<\/SessionToken>/, ''))],
    ['keys twice', wrapped(keys + keys)],
    ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${wrapped(keys)}`],
    ['keys in a comment', wrapped(`<!-- ${keys} -->`)],
    ['a secret with an entity', wrapped(keys.replace('+bPx', '&#43;bPx'))],
  ])('has no keys in %s', async (_what, body) => {
    answers.push([200, body]);
    await expect(source.credentials(never)).rejects.toMatchObject({ reason: 'TargetFailed' });
  });
});
