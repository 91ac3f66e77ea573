import { Field, ObjectType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { webhookSpec } from '../domain/webhook-spec.js';
import { StoreSecretKey } from './store-openbao.objects.js';

const { shape: webhook } = webhookSpec;
const { shape: auth } = webhook.auth;
const { shape: token } = auth.token.unwrap();

@ObjectType({ description: 'Tokens of ServiceAccounts, for a server with the webhook contract.' })
export class StoreWebhookToken {
  @Field(() => String, described(token.audience))
  audience!: string;
}

@ObjectType({ description: 'How the gateway authenticates to a server with the webhook contract.' })
export class StoreWebhookAuth {
  @Field(() => StoreSecretKey, describedOrNull(auth.signingSecret))
  signingSecret?: StoreSecretKey | undefined;

  @Field(() => StoreWebhookToken, describedOrNull(auth.token))
  token?: StoreWebhookToken | undefined;
}

@ObjectType({ description: 'A server with the webhook contract.' })
export class StoreWebhook {
  @Field(() => String, described(webhook.url))
  url!: string;

  @Field(() => StoreSecretKey, describedOrNull(webhook.caSecret))
  caSecret?: StoreSecretKey | undefined;

  @Field(() => StoreWebhookAuth, described(webhook.auth))
  auth!: StoreWebhookAuth;
}
