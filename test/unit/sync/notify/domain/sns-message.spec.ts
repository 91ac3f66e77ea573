import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { isSignedBy, readSnsMessage } from '../../../../../src/sync/notify/domain/sns-message.js';
import { createCertificateAuthority } from '../../../../cluster/certificates.js';
import { SnsSender } from '../../../../services/notify-senders.js';

type Fields = Readonly<Record<string, string>>;

const origin = 'https://sns.eu-west-1.amazonaws.com';
let topic: SnsSender;
let certificate: X509Certificate;

beforeAll(async () => {
  topic = await SnsSender.create();
  certificate = new X509Certificate(topic.certificate);
});

const read = (body: unknown, nowMs = Date.now()) =>
  readSnsMessage(body, { topicArn: topic.topicArn }, nowMs);

function isProved(body: Fields, by = certificate, nowMs = Date.now()): boolean {
  const message = read(body, nowMs);
  return message !== undefined && isSignedBy(message, by, nowMs);
}

describe('a message of a topic', () => {
  it('is read if it is signed, with and without a subject', () => {
    expect(isProved(topic.message(origin))).toBe(true);
    expect(isProved(topic.message(origin, { Subject: 'A change' }))).toBe(true);
    expect(read(topic.message(origin, { Message: '{"a": 1}\n' }))?.message).toBe('{"a": 1}\n');
  });

  it.each(['Message', 'MessageId', 'Timestamp', 'Subject'])(
    'is not signed if its %s is changed',
    (name) => {
      const sent = topic.message(origin, { Subject: 'A change' });
      const other = name === 'Timestamp' ? new Date(Date.now() - 5_000).toISOString() : 'other';
      expect(isProved({ ...sent, [name]: other })).toBe(false);
    },
  );

  it('is not signed if a signed member is left out or added', () => {
    const { Subject: _subject, ...without } = topic.message(origin, { Subject: 'A change' });
    expect(isProved(without)).toBe(false);
    expect(isProved({ ...topic.message(origin), Subject: 'added' })).toBe(false);
  });

  it.each([
    'arn:aws:sns:eu-west-1:123456789012:secrets2',
    'arn:aws:sns:eu-west-1:210987654321:secrets',
    'arn:aws:sns:eu-central-1:123456789012:secrets',
    'ARN:AWS:SNS:EU-WEST-1:123456789012:SECRETS',
    '',
  ])('of topic %j is none', (TopicArn) => {
    expect(read(topic.message(origin, { TopicArn }))).toBeUndefined();
  });

  it.each(['1', '', '02', '3', '2 '])('with signature version %j is none', (SignatureVersion) => {
    expect(read(topic.message(origin, { SignatureVersion }, 'RSA-SHA1'))).toBeUndefined();
  });

  it('that says version 2 and has a signature of SHA-1 is not signed', () => {
    expect(isProved(topic.message(origin, {}, 'RSA-SHA1'))).toBe(false);
  });

  const name = 'SimpleNotificationService-0123456789abcdef.pem';

  it.each([
    `http://sns.eu-west-1.amazonaws.com/${name}`,
    `https://sns.eu-west-1.amazonaws.com.evil.example/${name}`,
    `https://evil.example/${name}`,
    `https://sns.eu-west-1.amazonaws.com@evil.example/${name}`,
    `https://evil.example/#https://sns.eu-west-1.amazonaws.com/${name}`,
    `https://sns.eu-central-1.amazonaws.com/${name}`,
    `https://evil-sns.eu-west-1.amazonaws.com/${name}`,
    `https://a@sns.eu-west-1.amazonaws.com/${name}`,
    `https://sns.eu-west-1.amazonaws.com:8443/${name}`,
    `https://sns.eu-west-1.amazonaws.com/${name}?a=b`,
    `https://sns.eu-west-1.amazonaws.com/${name}#a`,
    `https://sns.eu-west-1.amazonaws.com/x/${name}`,
    'https://sns.eu-west-1.amazonaws.com/other.pem',
    'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-.pem',
    'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-a%2f.pem',
    'https://s3.eu-west-1.amazonaws.com/bucket/cert.pem',
    'file:///etc/passwd',
    name,
    '',
  ])('whose certificate is at %j is none', (SigningCertURL) => {
    expect(read(topic.message(origin, { SigningCertURL }))).toBeUndefined();
  });

  it.each<[string, Fields]>([
    ['no type', { Type: '' }],
    ['an unknown type', { Type: 'toString' }],
    ['no id', { MessageId: '' }],
    ['an id with other characters', { MessageId: 'a b' }],
    ['no time', { Timestamp: '' }],
    ['another time', { Timestamp: 'yesterday' }],
    ['an old time', { Timestamp: new Date(Date.now() - 71 * 60_000).toISOString() }],
    ['a time to come', { Timestamp: new Date(Date.now() + 71 * 60_000).toISOString() }],
  ])('with %s is none', (_what, fields) => {
    expect(read({ ...topic.message(origin), ...fields })).toBeUndefined();
  });

  it.each([undefined, null, 'text', 7, [], {}, [{}], { Signature: 'x' }])('is not %j', (body) => {
    expect(read(body)).toBeUndefined();
  });

  it('may have another member of each type, and still be none', () => {
    const sent = topic.message(origin);
    for (const member of Object.keys(sent).filter((one) => one !== 'Message')) {
      for (const other of [1, null, {}, [], true]) {
        expect(read({ ...sent, [member]: other }), member).toBeUndefined();
      }
    }
  });

  it('is not signed by another certificate, or by one of another kind', async () => {
    const other = new X509Certificate((await SnsSender.create()).certificate);
    const authority = await createCertificateAuthority('sns');
    const elliptic = new X509Certificate(authority.certificate);
    expect(isProved(topic.message(origin), other)).toBe(false);
    expect(isProved(topic.message(origin), elliptic)).toBe(false);
  });

  it('is not signed by a certificate before and after it is valid', async () => {
    const [expired, later] = await Promise.all([
      SnsSender.create([-7_200_000, -3_600_000]),
      SnsSender.create([3_600_000, 7_200_000]),
    ]);
    for (const sender of [expired, later]) {
      const message = sender.message(origin);
      expect(isProved(message, new X509Certificate(sender.certificate))).toBe(false);
    }
  });
});

describe('a confirmation', () => {
  const withUrl = (SubscribeURL: string) => read(topic.confirmation(origin, { SubscribeURL }));

  it('has the URL that confirms the subscription of exactly this topic', () => {
    const sent = topic.confirmation(origin);
    expect(isProved(sent)).toBe(true);
    expect(read(sent)?.subscribeUrl?.href).toBe(sent['SubscribeURL']);
  });

  it.each([
    'https://sns.eu-west-1.amazonaws.com.evil.example/?Action=ConfirmSubscription',
    'http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://169.254.169.254/latest/meta-data',
    'https://sns.eu-west-1.amazonaws.com/?Action=Publish&Token=a',
    'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=a&TopicArn=other',
    '',
  ])('has no URL of another place or purpose: %s', (url) => {
    expect(withUrl(url)?.type).toBe('SubscriptionConfirmation');
    expect(withUrl(url)?.subscribeUrl).toBeUndefined();
  });

  it('has no URL that names a member twice', () => {
    const { SubscribeURL = '' } = topic.confirmation(origin);
    for (const more of ['&Action=Publish', '&TopicArn=other', '&Token=other']) {
      expect(withUrl(SubscribeURL + more)?.subscribeUrl).toBeUndefined();
    }
  });

  it('is not needed for a notification, whatever URL it has', () => {
    const { SubscribeURL = '' } = topic.confirmation(origin);
    expect(read({ ...topic.message(origin), SubscribeURL })?.subscribeUrl).toBeUndefined();
  });
});
