import { Field, ID, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { storeSpecSchema } from '../domain/store-spec.js';
import { storeSchema } from '../sync.schemas.js';
import { StoreAwsParameterStore, StoreAwsSecretsManager } from './store-aws.objects.js';
import { StoreAzureKeyVault, StoreGcpSecretManager } from './store-clouds.objects.js';
import { StoreKubernetes } from './store-kubernetes.objects.js';
import { StoreNotify } from './store-notify.objects.js';
import { StoreOpenBao } from './store-openbao.objects.js';
import { StoreWebhook } from './store-webhook.objects.js';
import { StoreDirection } from './sync.enums.js';

const { shape: spec } = storeSpecSchema;
const { shape: allowance } = spec.allow.unwrap().element;
const { shape: store } = storeSchema;

@ObjectType({ description: 'Which names of a store namespaces may use.' })
export class StoreAllowance {
  @Field(() => [String], described(allowance.namespaces))
  namespaces!: readonly string[];

  @Field(() => String, described(allowance.prefix))
  prefix!: string;

  @Field(() => [StoreDirection], described(allowance.directions))
  directions!: readonly StoreDirection[];
}

@ObjectType('StoreSpec', { description: 'A store as its author wrote it.' })
export class StoreSpecObject {
  @Field(() => StoreOpenBao, describedOrNull(spec.openbao))
  openbao?: StoreOpenBao | undefined;

  @Field(() => StoreAwsSecretsManager, describedOrNull(spec.awsSecretsManager))
  awsSecretsManager?: StoreAwsSecretsManager | undefined;

  @Field(() => StoreAwsParameterStore, describedOrNull(spec.awsParameterStore))
  awsParameterStore?: StoreAwsParameterStore | undefined;

  @Field(() => StoreAzureKeyVault, describedOrNull(spec.azureKeyVault))
  azureKeyVault?: StoreAzureKeyVault | undefined;

  @Field(() => StoreGcpSecretManager, describedOrNull(spec.gcpSecretManager))
  gcpSecretManager?: StoreGcpSecretManager | undefined;

  @Field(() => StoreKubernetes, describedOrNull(spec.kubernetes))
  kubernetes?: StoreKubernetes | undefined;

  @Field(() => StoreWebhook, describedOrNull(spec.webhook))
  webhook?: StoreWebhook | undefined;

  @Field(() => [StoreAllowance], described(spec.allow))
  allow!: readonly StoreAllowance[];

  @Field(() => String, described(spec.poll))
  poll!: string;

  @Field(() => StoreNotify, describedOrNull(spec.notify))
  notify?: StoreNotify | undefined;
}

@ObjectType({ description: 'A store outside the cluster that Secrets are in sync with.' })
export class ExternalStore {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => String, described(store.name))
  name!: string;

  @Field(() => StoreSpecObject, {
    nullable: true,
    description: 'The spec; null if it breaks a rule.',
  })
  spec!: StoreSpecObject | null;

  @Field(() => String, {
    nullable: true,
    description: 'Validator of the spec for `ifMatch`; null in a dry run.',
  })
  etag!: string | null;

  @Field(() => String, describedOrNull(store.problem))
  problem!: string | null;
}

export const ExternalStoreConnection = connectionOf(ExternalStore, 'ExternalStore');
