import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { snsOriginOf } from '../../../../src/sync/domain/notify-spec.js';
import { aStore } from './sync.builder.js';

type Spec = Readonly<Record<string, unknown>>;

const secret = { namespace: 'platform', name: 'signing', key: 'secret' };
const signature = { secret };
const jwt = {
  issuer: 'https://accounts.google.com',
  audience: 'https://sallyport.example/v1/stores/gcp/notify',
  jwksUrl: 'https://www.googleapis.com/oauth2/v3/certs',
  claims: [{ name: 'email', value: 'push@pay.iam.gserviceaccount.com' }],
};
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:secrets';
const problemOf = (notify: unknown) => aStore({ notify }).problem ?? '';

/** Pattern of the shipped definition at a path of `notify`. */
function patternAt(...path: readonly string[]): RegExp {
  const definition: unknown = parse(readFileSync('deploy/crds/externalstores.yaml', 'utf8'));
  let node = definition as Record<string, never>;
  const top = ['spec', 'versions', '0', 'schema', 'openAPIV3Schema', 'properties', 'spec'];
  for (const name of [...top, ...['notify', ...path].flatMap((one) => ['properties', one])]) {
    node = node[name] ?? {};
  }
  return new RegExp(String(node['pattern']));
}

describe('the notifications of a store', () => {
  it.each<[string, Spec]>([
    ['a signature', { signature }],
    ['tokens', { jwt }],
    ['a topic', { sns: { topicArn } }],
  ])('may be authenticated by %s', (_what, notify) => {
    expect(problemOf(notify)).toBe('');
  });

  it.each<[string, Spec]>([
    ['nothing', {}],
    ['two ways', { signature, sns: { topicArn } }],
    ['another way', { basic: {} }],
  ])('are not authenticated by %s', (_what, notify) => {
    expect(problemOf(notify)).toContain('/notify');
  });

  it('are not there by default', () => {
    expect(aStore().spec?.notify).toBeUndefined();
  });
});

describe('tokens of notifications', () => {
  it.each<[string, Spec]>([
    ['without a claim that names the sender', { claims: [] }],
    ['with a claim twice', { claims: [...jwt.claims, ...jwt.claims] }],
    ['with an empty claim', { claims: [{ name: 'email', value: '' }] }],
    [
      'with too many claims',
      { claims: Array.from({ length: 9 }, (_, at) => ({ name: `c${at}`, value: 'x' })) },
    ],
    ['with keys at a plain address', { jwksUrl: 'http://issuer.example/keys' }],
    ['with keys at an address with a user', { jwksUrl: 'https://a@issuer.example/keys' }],
    ['with keys at an address with a query', { jwksUrl: 'https://issuer.example/keys?a=b' }],
    ['of no issuer', { issuer: '' }],
    ['for no audience', { audience: 'a b' }],
  ])('are not valid %s', (_what, change) => {
    expect(problemOf({ jwt: { ...jwt, ...change } })).toContain('/notify/jwt');
  });
});

describe('a topic', () => {
  it.each([
    topicArn,
    'arn:aws-cn:sns:cn-north-1:123456789012:secrets',
    'arn:aws-us-gov:sns:us-gov-west-1:123456789012:a_b-c',
  ])('may be %s', (arn) => {
    expect(problemOf({ sns: { topicArn: arn } })).toBe('');
    expect(patternAt('sns', 'topicArn').test(arn)).toBe(true);
  });

  it.each([
    '',
    `${topicArn}.fifo`,
    'arn:aws:sqs:eu-west-1:123456789012:secrets',
    'arn:aws:sns:evil.example:123456789012:secrets',
    'arn:aws:sns:eu-west-1.evil:123456789012:secrets',
    'arn:aws:sns::123456789012:secrets',
    'arn:aws:sns:eu-west-1:12:secrets',
    `${topicArn}\n`,
    `${topicArn}:sub`,
  ])('is not %j', (arn) => {
    expect(problemOf({ sns: { topicArn: arn } })).toContain('/notify/sns/topicArn');
    expect(patternAt('sns', 'topicArn').test(arn)).toBe(false);
  });

  it.each(['http://sns.example', 'https://sns.example/path', 'https://a@sns.example'])(
    'has its certificates not at %s',
    (endpoint) => {
      expect(problemOf({ sns: { topicArn, endpoint } })).toContain('/notify/sns/endpoint');
    },
  );

  it('has its certificates and confirmations at the host of its region, or at its endpoint', () => {
    const china = 'arn:aws-cn:sns:cn-north-1:123456789012:secrets';
    const origins = [
      snsOriginOf({ topicArn }),
      snsOriginOf({ topicArn: china }),
      snsOriginOf({ topicArn, endpoint: 'https://127.0.0.1:8443' }),
    ];
    expect(origins).toEqual([
      'https://sns.eu-west-1.amazonaws.com',
      'https://sns.cn-north-1.amazonaws.com.cn',
      'https://127.0.0.1:8443',
    ]);
  });
});
