import { ArgsType, Field, InputType, registerEnumType } from '@nestjs/graphql';
import { SecretMap } from '../../platform/graphql/scalars/secret-map.scalar.js';
import { StringMap } from '../../platform/graphql/scalars/string-map.scalar.js';

type TextMap = Readonly<Record<string, string | null>>;
type ValueMap = Readonly<Record<string, unknown>>;

export const Consistency = { CACHED: 'CACHED', STRONG: 'STRONG' } as const;
registerEnumType(Consistency, { name: 'Consistency' });

/** Arguments of a Secret, or of a version of it. */
@ArgsType()
export class SecretArguments {
  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  version?: string | null;

  @Field(() => Consistency, { defaultValue: 'CACHED' })
  consistency!: keyof typeof Consistency;
}

@InputType()
export class SecretFilter {
  @Field(() => [String], { nullable: true })
  namespaces?: string[] | null;

  @Field(() => String, { nullable: true })
  labelSelector?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'metadata.name, metadata.namespace, type; = and !=.',
  })
  fieldSelector?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Secrets that have history and no live object.',
  })
  deleted?: boolean | null;
}

@InputType()
export class CreateSecretInput {
  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { defaultValue: 'Opaque' })
  type!: string;

  @Field(() => Boolean, { defaultValue: false })
  immutable!: boolean;

  @Field(() => StringMap, { nullable: true })
  labels?: TextMap | null;

  @Field(() => StringMap, { nullable: true })
  annotations?: TextMap | null;

  @Field(() => SecretMap, { nullable: true })
  stringData?: ValueMap | null;

  @Field(() => SecretMap, { nullable: true })
  data?: ValueMap | null;
}

@InputType({
  description:
    'REST PUT: the key set is complete; anything else that is null or absent is kept. Creates if ' +
    'absent.',
})
export class ReplaceSecretInput {
  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  type?: string | null;

  @Field(() => Boolean, { nullable: true })
  immutable?: boolean | null;

  @Field(() => StringMap, { nullable: true })
  labels?: TextMap | null;

  @Field(() => StringMap, { nullable: true })
  annotations?: TextMap | null;

  @Field(() => SecretMap, { nullable: true })
  stringData?: ValueMap | null;

  @Field(() => SecretMap, { nullable: true })
  data?: ValueMap | null;

  @Field(() => String, {
    nullable: true,
    description: 'Conflict if the Secret has moved on or does not exist.',
  })
  resourceVersion?: string | null;
}

@InputType({ description: 'REST merge patch: a null inside a map removes that entry.' })
export class PatchSecretInput {
  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Boolean, { nullable: true })
  immutable?: boolean | null;

  @Field(() => StringMap, { nullable: true })
  labels?: TextMap | null;

  @Field(() => StringMap, { nullable: true })
  annotations?: TextMap | null;

  @Field(() => SecretMap, { nullable: true })
  stringData?: ValueMap | null;

  @Field(() => SecretMap, { nullable: true })
  data?: ValueMap | null;

  @Field(() => String, { nullable: true })
  resourceVersion?: string | null;
}

@InputType()
export class SecretRefInput {
  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  resourceVersion?: string | null;
}
