import { Field, ObjectType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { notifySpecSchema } from '../domain/notify-spec.js';
import { StoreSecretKey } from './store-openbao.objects.js';

const { shape: notify } = notifySpecSchema;
const { shape: signature } = notify.signature.unwrap();
const { shape: jwt } = notify.jwt.unwrap();
const { shape: claim } = jwt.claims.element;
const { shape: sns } = notify.sns.unwrap();

@ObjectType({ description: 'A signature of Standard Webhooks.' })
export class StoreNotifySignature {
  @Field(() => StoreSecretKey, described(signature.secret))
  secret!: StoreSecretKey;
}

@ObjectType({ description: 'A claim of a token, and its value.' })
export class StoreNotifyClaim {
  @Field(() => String, described(claim.name))
  name!: string;

  @Field(() => String, described(claim.value))
  value!: string;
}

@ObjectType({ description: 'A token of OpenID Connect.' })
export class StoreNotifyJwt {
  @Field(() => String, described(jwt.issuer))
  issuer!: string;

  @Field(() => String, described(jwt.audience))
  audience!: string;

  @Field(() => String, described(jwt.jwksUrl))
  jwksUrl!: string;

  @Field(() => StoreSecretKey, describedOrNull(jwt.caSecret))
  caSecret?: StoreSecretKey | undefined;

  @Field(() => [StoreNotifyClaim], described(jwt.claims))
  claims!: readonly StoreNotifyClaim[];
}

@ObjectType({ description: 'A topic of AWS SNS.' })
export class StoreNotifySns {
  @Field(() => String, described(sns.topicArn))
  topicArn!: string;

  @Field(() => String, describedOrNull(sns.endpoint))
  endpoint?: string | undefined;

  @Field(() => StoreSecretKey, describedOrNull(sns.caSecret))
  caSecret?: StoreSecretKey | undefined;
}

@ObjectType({ description: 'How the notifications of a store are authenticated.' })
export class StoreNotify {
  @Field(() => StoreNotifySignature, describedOrNull(notify.signature))
  signature?: StoreNotifySignature | undefined;

  @Field(() => StoreNotifyJwt, describedOrNull(notify.jwt))
  jwt?: StoreNotifyJwt | undefined;

  @Field(() => StoreNotifySns, describedOrNull(notify.sns))
  sns?: StoreNotifySns | undefined;
}
