import { beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { NotificationProof } from '../../../../src/sync/notify/notification-proof.js';
import type { StoreNotification } from '../../../../src/sync/notify/store-notification.js';
import { SnsSender, TokenSender, WebhookSender } from '../../../services/notify-senders.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { aStore } from '../domain/sync.builder.js';

const webhooks = new WebhookSender();
const names = '{"names": ["k8s/pay/db"]}';
const secret = { namespace: 'platform', name: 'signing', key: 'secret' };
const bySignature = aStore({ notify: { signature: { secret } } });

let clock: ManualClock;
let text: string | undefined;
let secretReads: number;
let documents: Readonly<Record<string, string>>;
let proof: NotificationProof;

beforeEach(() => {
  clock = new ManualClock();
  text = webhooks.secret;
  secretReads = 0;
  documents = {};
  proof = new NotificationProof({
    transport: {
      secretOf: async () => {
        secretReads += 1;
        if (text === undefined) throw new Error('there is no such Secret');
        return SecretValue.fromText(text) ?? SecretValue.fromBytes(Buffer.from(text));
      },
      read: async (url) => Buffer.from(documents[url.pathname] ?? ''),
    },
    clock,
    nowMs: () => Date.now(),
    onFault: () => undefined,
  });
});

function notification(
  body: string,
  headers: Readonly<Record<string, string>> = {},
): StoreNotification {
  return {
    webhookId: headers['webhook-id'],
    webhookTimestamp: headers['webhook-timestamp'],
    webhookSignature: headers['webhook-signature'],
    authorization: headers['authorization'],
    body: Buffer.from(body),
  };
}

const webhook = (body: string, options = {}) =>
  notification(body, webhooks.headersOf(body, options));

describe('a signed webhook', () => {
  it('is proved by the secret of its store, with the id that repeated ones have', async () => {
    expect(await proof.proved(bySignature, webhook(names, { id: 'a-1' }))).toEqual({
      ...{ event: { names: ['k8s/pay/db'] }, hasEvent: true, id: 'a-1' },
    });
  });

  it.each(['', 'text', '{"names": ["a"], "names": ["b"]}', '{"__proto__": {}}', '{"a": 1'])(
    'has no event in %j',
    async (body) => {
      expect(await proof.proved(bySignature, webhook(body))).toMatchObject({ event: undefined });
    },
  );

  it('is proved for no other store', async () => {
    const sent = webhook(names);
    expect(await proof.proved(undefined, sent)).toBeUndefined();
    expect(await proof.proved(aStore(), sent)).toBeUndefined();
    expect(await proof.proved(aStore({ poll: 'never' }), sent)).toBeUndefined();
    expect(secretReads).toBe(0);
  });

  it('is not refused if the secret cannot be read: the sender sends it again', async () => {
    text = undefined;
    const proving = proof.proved(bySignature, webhook(names));
    await expect(proving).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it.each(['', 'not-a-secret', 'whsec_c2hvcnQ='])(
    'is not proved if the secret is %j',
    async (given) => {
      text = given;
      expect(await proof.proved(bySignature, webhook(names))).toBeUndefined();
    },
  );

  it('causes one read of the secret in a minute, and knows a new secret after that', async () => {
    const others = new WebhookSender();
    const sent = () => notification(names, others.headersOf(names));
    text = webhooks.secret;
    for (let count = 0; count < 5; count += 1) await proof.proved(bySignature, sent());
    expect(secretReads).toBe(1);
    text = others.secret;
    clock.advance(60_000);
    expect(await proof.proved(bySignature, sent())).toMatchObject({ hasEvent: true });
    expect(secretReads).toBe(2);
  });

  it('has the secret of the present spec', async () => {
    await proof.proved(bySignature, webhook(names));
    text = undefined;
    const { generation } = bySignature.object;
    const changed = aStore({ notify: { signature: { secret } } }, { generation: generation + 1 });
    const proving = proof.proved(changed, webhook(names));
    await expect(proving).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

describe('a store', () => {
  it('takes notifications in the one way that its spec names', async () => {
    const [tokens, topic] = await Promise.all([TokenSender.create(), SnsSender.create()]);
    documents = {
      '/keys': JSON.stringify(await tokens.keySet()),
      [topic.certificatePath]: topic.certificate,
    };
    const jwt = {
      ...{ issuer: tokens.issuer, audience: 'gateway', jwksUrl: 'https://issuer.test/keys' },
      claims: [{ name: 'azp', value: 'event-grid' }],
    };
    const stores = [
      bySignature,
      aStore({ notify: { jwt } }, { uid: 'by-token' }),
      aStore({ notify: { sns: { topicArn: topic.topicArn } } }, { uid: 'by-topic' }),
    ];
    const token = await tokens.sign({ aud: 'gateway', azp: 'event-grid' });
    const message = topic.message('https://sns.eu-west-1.amazonaws.com');
    const sent = [
      webhook(names),
      notification(names, { authorization: `Bearer ${token}` }),
      notification(JSON.stringify(message)),
    ];
    const isProved = await Promise.all(
      stores.map((store) =>
        Promise.all(sent.map(async (one) => (await proof.proved(store, one)) !== undefined)),
      ),
    );
    expect(isProved).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  });
});
