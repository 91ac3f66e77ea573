import { Field, ObjectType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { azureSpecSchema } from '../domain/azure-spec.js';
import { gcpSpecSchema } from '../domain/gcp-spec.js';
import { StoreSecretKey } from './store-openbao.objects.js';

const { shape: azure } = azureSpecSchema;
const { shape: gcp } = gcpSpecSchema;

@ObjectType({ description: 'A vault of Azure Key Vault.' })
export class StoreAzureKeyVault {
  @Field(() => String, described(azure.vaultUrl))
  vaultUrl!: string;

  @Field(() => StoreSecretKey, describedOrNull(azure.caSecret))
  caSecret?: StoreSecretKey | undefined;

  @Field(() => String, described(azure.tenantId))
  tenantId!: string;

  @Field(() => String, described(azure.clientId))
  clientId!: string;

  @Field(() => String, described(azure.audience))
  audience!: string;

  @Field(() => String, described(azure.authorityUrl))
  authorityUrl!: string;

  @Field(() => String, described(azure.resource))
  resource!: string;
}

@ObjectType({ description: 'Secret Manager of a project of Google Cloud.' })
export class StoreGcpSecretManager {
  @Field(() => String, described(gcp.project))
  project!: string;

  @Field(() => StoreSecretKey, describedOrNull(gcp.caSecret))
  caSecret?: StoreSecretKey | undefined;

  @Field(() => String, describedOrNull(gcp.location))
  location?: string | undefined;

  @Field(() => [String], described(gcp.replicas))
  replicas!: readonly string[];

  @Field(() => String, described(gcp.provider))
  provider!: string;

  @Field(() => String, describedOrNull(gcp.audience))
  audience?: string | undefined;

  @Field(() => String, describedOrNull(gcp.serviceAccount))
  serviceAccount?: string | undefined;

  @Field(() => String, described(gcp.domain))
  domain!: string;

  @Field(() => String, describedOrNull(gcp.url))
  url?: string | undefined;

  @Field(() => String, describedOrNull(gcp.stsUrl))
  stsUrl?: string | undefined;

  @Field(() => String, describedOrNull(gcp.credentialsUrl))
  credentialsUrl?: string | undefined;
}
