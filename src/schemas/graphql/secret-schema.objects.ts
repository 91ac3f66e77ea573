import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { schemaSpecSchema } from '../domain/schema-spec.js';
import { secretSchemaSchema } from '../schemas.schemas.js';

const { shape: spec } = schemaSpecSchema;
const { shape: appliesTo } = spec.appliesTo;
const { shape: key } = spec.keys.unwrap().valueType;
const { shape: rule } = spec.rules.unwrap().element;
const { shape: shown } = secretSchemaSchema;
const { shape: problem } = shown.problems.element;
const { shape: violations } = shown.violations;

export const SchemaMode = { WARN: 'warn', ENFORCE: 'enforce' } as const;
export type SchemaMode = (typeof SchemaMode)[keyof typeof SchemaMode];

registerEnumType(SchemaMode, {
  name: 'SchemaMode',
  description: 'What a violation does.',
  valuesMap: {
    WARN: { description: 'The write has a warning.' },
    ENFORCE: { description: 'The write is refused.' },
  },
});

@ObjectType({ description: 'Rules for one key of a Secret.' })
export class SchemaKey {
  @Field(() => String, { description: 'Name of the key.' })
  name!: string;

  @Field(() => String, describedOrNull(key.description))
  description!: string | null;

  @Field(() => [String], described(key.examples))
  examples!: readonly string[];

  @Field(() => Boolean, described(key.required))
  required!: boolean;

  @Field(() => String, describedOrNull(key.kind))
  kind!: string | null;

  @Field(() => String, describedOrNull(key.passwordKey))
  passwordKey!: string | null;

  @Field(() => String, { nullable: true, description: 'JSON Schema of the value, as JSON.' })
  schema!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Generator of the value that a new Secret gets if the request has none, as JSON.',
  })
  generate!: string | null;
}

@ObjectType({ description: 'Rule over several keys of a Secret.' })
export class SchemaRule {
  @Field(() => String, described(rule.rule))
  rule!: string;

  @Field(() => String, describedOrNull(rule.message))
  message!: string | null;
}

@ObjectType('SchemaProblem', { description: 'A mistake in a schema.' })
export class SchemaProblemObject {
  @Field(() => String, described(problem.pointer))
  pointer!: string;

  @Field(() => String, described(problem.reason))
  reason!: string;
}

@ObjectType({ description: 'Numbers of writes that broke a schema.' })
export class SchemaViolations {
  @Field(() => Int, described(violations.refused))
  refused!: number;

  @Field(() => Int, described(violations.warned))
  warned!: number;
}

@ObjectType({ description: 'Rules for keys and values of Secrets.' })
export class SecretSchema {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => String, described(shown.name))
  name!: string;

  @Field(() => Boolean, described(shown.builtIn))
  builtIn!: boolean;

  @Field(() => String, describedOrNull(spec.description))
  description!: string | null;

  @Field(() => [String], described(appliesTo.types))
  types!: readonly string[];

  @Field(() => String, describedOrNull(appliesTo.label))
  label!: string | null;

  @Field(() => SchemaMode, {
    nullable: true,
    description: 'What a violation does; null if the schema is invalid.',
  })
  mode!: SchemaMode | null;

  @Field(() => Boolean, described(spec.additionalKeys))
  additionalKeys!: boolean;

  @Field(() => [SchemaKey], described(spec.keys))
  keys!: readonly SchemaKey[];

  @Field(() => [SchemaRule], described(spec.rules))
  rules!: readonly SchemaRule[];

  @Field(() => [SchemaProblemObject], { description: 'Mistakes: with any, it checks nothing.' })
  problems!: readonly SchemaProblemObject[];

  @Field(() => SchemaViolations, described(shown.violations))
  violations!: SchemaViolations;

  @Field(() => String, { description: 'Validator of the spec.' })
  etag!: string;
}

export const SecretSchemaConnection = connectionOf(SecretSchema, 'SecretSchema');
