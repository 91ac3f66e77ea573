import { beforeEach, describe, expect, it } from 'vitest';
import { SnsProof } from '../../../../src/sync/notify/sns-proof.js';
import { SnsSender } from '../../../services/notify-senders.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { aStore } from '../domain/sync.builder.js';

const origin = 'https://sns.eu-west-1.amazonaws.com';
const store = aStore();

let clock: ManualClock;
let topic: SnsSender;
let reads: string[];
let certificate: string;
let proof: SnsProof;

beforeEach(async () => {
  clock = new ManualClock();
  topic = await SnsSender.create();
  ({ certificate } = topic);
  reads = [];
  proof = new SnsProof({
    transport: {
      read: async (url) => {
        reads.push(url.href);
        return Buffer.from(certificate);
      },
    },
    clock,
    nowMs: () => Date.now(),
    onFault: () => undefined,
  });
});

const proved = (body: unknown) => proof.proved(store, { topicArn: topic.topicArn }, body);

describe('a message of a topic', () => {
  it('proves its sender, and has the event of its text', async () => {
    const message = topic.message(origin, { Message: '{"detail": {"name": "k8s/pay/db"}}' });
    expect(await proved(message)).toEqual({
      event: { detail: { name: 'k8s/pay/db' } },
      hasEvent: true,
      id: message['MessageId'],
      confirm: undefined,
    });
  });

  it('has no event if its text is none', async () => {
    const message = topic.message(origin, { Message: 'hello' });
    expect(await proved(message)).toMatchObject({ event: undefined, hasEvent: true });
  });

  it('causes one read of its certificate, and none if it is of another topic', async () => {
    await proved(topic.message(origin));
    await proved(topic.message(origin));
    await proved(topic.message(origin, { TopicArn: `${topic.topicArn}2` }));
    await proved(topic.message('https://evil.example'));
    expect(reads).toEqual([`${origin}${topic.certificatePath}`]);
  });

  it('proves nothing if its signature is wrong', async () => {
    expect(await proved({ ...topic.message(origin), Message: '{"a": 1}' })).toBeUndefined();
  });

  it('waits if its certificate is none', async () => {
    certificate = '<html>';
    await expect(proved(topic.message(origin))).rejects.toMatchObject({ code: 'Unavailable' });
    certificate = topic.certificate;
    await expect(proved(topic.message(origin))).rejects.toMatchObject({ code: 'Unavailable' });
    expect(reads).toHaveLength(1);
    clock.advance(10_000);
    expect(await proved(topic.message(origin))).toMatchObject({ hasEvent: true });
  });

  it('may name few certificates in a minute, and known ones always', async () => {
    await proved(topic.message(origin));
    const outcomes: string[] = [];
    for (let count = 0; count < 2_000; count += 1) {
      const SigningCertURL = `${origin}/SimpleNotificationService-${count}.pem`;
      await proved({ ...topic.message(origin, { SigningCertURL }), Message: 'forged' }).then(
        () => outcomes.push('refused'),
        () => outcomes.push('waits'),
      );
    }
    expect(outcomes.filter((one) => one === 'refused')).toHaveLength(4);
    expect(reads).toHaveLength(5);
    expect(await proved(topic.message(origin))).toMatchObject({ hasEvent: true });
    expect(reads).toHaveLength(5);
  });
});

describe('a message about a subscription', () => {
  it('is confirmed at the URL that it has', async () => {
    const message = topic.confirmation(origin);
    const { hasEvent, confirm } = (await proved(message)) ?? {};
    expect(hasEvent).toBe(false);
    await confirm?.();
    expect(reads.at(-1)).toBe(message['SubscribeURL']);
  });

  it('is not confirmed if it is the end of the subscription', async () => {
    const found = await proved(topic.confirmation(origin, { Type: 'UnsubscribeConfirmation' }));
    expect(found).toMatchObject({ hasEvent: false, confirm: undefined });
  });

  it('is not confirmed elsewhere', async () => {
    const SubscribeURL = 'https://169.254.169.254/?Action=ConfirmSubscription';
    const found = await proved(topic.confirmation(origin, { SubscribeURL }));
    expect(found).toMatchObject({ hasEvent: false, confirm: undefined });
  });
});
