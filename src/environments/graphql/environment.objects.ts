import { Field, ID, ObjectType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { environmentSpecSchema } from '../domain/environment-spec.js';

const { shape: spec } = environmentSpecSchema;
const { shape: source } = spec.values.unwrap().valueType;
const { shape: secret } = source.secret.unwrap();

@ObjectType({
  description: 'A key of a Secret or of an import, or a member of the document in it.',
})
export class EnvironmentKey {
  @Field(() => String, { description: 'Name of the Secret or of the import.' })
  name!: string;

  @Field(() => String, { description: 'Name of the key.' })
  key!: string;

  @Field(() => String, describedOrNull(secret.pointer))
  pointer!: string | null;
}

@ObjectType({ description: 'Source of a value of an environment; exactly one is not null.' })
export class EnvironmentSource {
  @Field(() => String, { description: 'Name of the value.' })
  name!: string;

  @Field(() => String, describedOrNull(source.value))
  value!: string | null;

  @Field(() => EnvironmentKey, describedOrNull(source.secret))
  secret!: EnvironmentKey | null;

  @Field(() => EnvironmentKey, { ...describedOrNull(source.import), name: 'import' })
  imported!: EnvironmentKey | null;

  @Field(() => String, describedOrNull(source.template))
  template!: string | null;
}

@ObjectType({ description: 'A problem of an environment.' })
export class EnvironmentProblem {
  @Field(() => String, { description: 'Position in the definition (RFC 6901).' })
  pointer!: string;

  @Field(() => String, { description: 'What is wrong.' })
  reason!: string;
}

/** Members of an environment, with or without its values. */
@ObjectType({ isAbstract: true })
abstract class EnvironmentMembers {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => String, { description: 'Namespace of the environment.' })
  namespace!: string;

  @Field(() => String, { description: 'Name of the environment.' })
  name!: string;

  @Field(() => String, describedOrNull(spec.description))
  description!: string | null;

  @Field(() => [String], described(spec.imports))
  imports!: readonly string[];

  @Field(() => [EnvironmentSource], {
    description: 'Sources of its own values, by name; never a value of a key.',
  })
  sources!: readonly EnvironmentSource[];

  @Field(() => [EnvironmentProblem], {
    description: 'Why a read of the values cannot succeed.',
  })
  problems!: readonly EnvironmentProblem[];

  @Field(() => String, {
    nullable: true,
    description: 'Validator of the definition for `ifMatch`; null in a dry run.',
  })
  etag!: string | null;
}

@ObjectType({ description: 'Values of a service, assembled from Secrets, imports and templates.' })
export class SecretEnvironment extends EnvironmentMembers {}

@ObjectType({ description: 'An environment after a write, without its values.' })
export class SecretEnvironmentSummary extends EnvironmentMembers {}
