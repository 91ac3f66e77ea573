import { Field, ObjectType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { openbaoSpec } from '../domain/openbao-spec.js';
import { secretKeyReference } from '../domain/secret-key-reference.js';

const { shape: openbao } = openbaoSpec;
const { shape: auth } = openbao.auth;
const { shape: jwt } = auth.jwt;
const { shape: reference } = secretKeyReference;

@ObjectType({ description: 'A key of a Secret that a store needs.' })
export class StoreSecretKey {
  @Field(() => String, described(reference.namespace))
  namespace!: string;

  @Field(() => String, described(reference.name))
  name!: string;

  @Field(() => String, described(reference.key))
  key!: string;
}

@ObjectType({ description: 'Authentication by the JWT auth method of a store.' })
export class StoreJwtAuth {
  @Field(() => String, described(jwt.mount))
  mount!: string;

  @Field(() => String, described(jwt.role))
  role!: string;

  @Field(() => String, described(jwt.audience))
  audience!: string;
}

@ObjectType({ description: 'How the gateway authenticates to a store.' })
export class StoreAuth {
  @Field(() => StoreJwtAuth, described(auth.jwt))
  jwt!: StoreJwtAuth;
}

@ObjectType({ description: 'A server of OpenBao or Vault.' })
export class StoreOpenBao {
  @Field(() => String, described(openbao.url))
  url!: string;

  @Field(() => String, described(openbao.mount))
  mount!: string;

  @Field(() => StoreSecretKey, describedOrNull(openbao.caSecret))
  caSecret?: StoreSecretKey | undefined;

  @Field(() => StoreAuth, described(openbao.auth))
  auth!: StoreAuth;
}
