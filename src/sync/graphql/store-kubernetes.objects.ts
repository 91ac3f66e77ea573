import { Field, ObjectType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { kubernetesSpec } from '../domain/kubernetes-spec.js';
import { StoreSecretKey } from './store-openbao.objects.js';

const { shape: kubernetes } = kubernetesSpec;
const { shape: auth } = kubernetes.auth;
const { shape: token } = auth.token.unwrap();

@ObjectType({ description: 'A token of a ServiceAccount for another cluster.' })
export class StoreKubernetesToken {
  @Field(() => String, described(token.audience))
  audience!: string;
}

@ObjectType({ description: 'How the gateway authenticates to another cluster.' })
export class StoreKubernetesAuth {
  @Field(() => StoreKubernetesToken, describedOrNull(auth.token))
  token?: StoreKubernetesToken | undefined;

  @Field(() => StoreSecretKey, describedOrNull(auth.tokenSecret))
  tokenSecret?: StoreSecretKey | undefined;
}

@ObjectType({ description: 'Another cluster of Kubernetes, by its API server.' })
export class StoreKubernetes {
  @Field(() => String, described(kubernetes.url))
  url!: string;

  @Field(() => StoreSecretKey, describedOrNull(kubernetes.caSecret))
  caSecret?: StoreSecretKey | undefined;

  @Field(() => StoreKubernetesAuth, described(kubernetes.auth))
  auth!: StoreKubernetesAuth;
}
