import { Field, Int, ObjectType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { awsParameterStoreSpec, awsSecretsManagerSpec } from '../domain/aws-spec.js';
import { ParameterTier } from './sync.enums.js';
import { StoreSecretKey } from './store-openbao.objects.js';

const { shape: secretsManager } = awsSecretsManagerSpec;
const { shape: parameterStore } = awsParameterStoreSpec;
const { shape: credentials } = secretsManager.credentials;
const { shape: webIdentity } = credentials.webIdentity.unwrap();
const { shape: accessKey } = credentials.accessKey.unwrap();

@ObjectType({ description: 'A role of AWS for the token of a ServiceAccount.' })
export class StoreAwsWebIdentity {
  @Field(() => String, described(webIdentity.roleArn))
  roleArn!: string;

  @Field(() => String, described(webIdentity.audience))
  audience!: string;

  @Field(() => String, describedOrNull(webIdentity.endpoint))
  endpoint?: string | undefined;
}

@ObjectType({ description: 'A key of a user of AWS, in Secrets.' })
export class StoreAwsAccessKey {
  @Field(() => StoreSecretKey, described(accessKey.accessKeyId))
  accessKeyId!: StoreSecretKey;

  @Field(() => StoreSecretKey, described(accessKey.secretAccessKey))
  secretAccessKey!: StoreSecretKey;
}

@ObjectType({ description: 'How the gateway authenticates to AWS.' })
export class StoreAwsCredentials {
  @Field(() => StoreAwsWebIdentity, describedOrNull(credentials.webIdentity))
  webIdentity?: StoreAwsWebIdentity | undefined;

  @Field(() => StoreAwsAccessKey, describedOrNull(credentials.accessKey))
  accessKey?: StoreAwsAccessKey | undefined;
}

/** Members of both stores of AWS. */
@ObjectType({ isAbstract: true })
abstract class StoreAws {
  @Field(() => String, described(secretsManager.region))
  region!: string;

  @Field(() => String, describedOrNull(secretsManager.endpoint))
  endpoint?: string | undefined;

  @Field(() => StoreSecretKey, describedOrNull(secretsManager.caSecret))
  caSecret?: StoreSecretKey | undefined;

  @Field(() => String, describedOrNull(secretsManager.kmsKeyId))
  kmsKeyId?: string | undefined;

  @Field(() => StoreAwsCredentials, described(secretsManager.credentials))
  credentials!: StoreAwsCredentials;
}

@ObjectType({ description: 'AWS Secrets Manager in one region.' })
export class StoreAwsSecretsManager extends StoreAws {
  @Field(() => Int, described(secretsManager.recoveryDays))
  recoveryDays!: number;
}

@ObjectType({ description: "AWS' Parameter Store in one region." })
export class StoreAwsParameterStore extends StoreAws {
  @Field(() => ParameterTier, described(parameterStore.tier))
  tier!: ParameterTier;
}
