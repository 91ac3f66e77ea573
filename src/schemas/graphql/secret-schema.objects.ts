import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { schemaSpecSchema } from '../domain/schema-spec.js';
import { secretSchemaSchema } from '../schemas.schemas.js';

const { shape: spec } = schemaSpecSchema;
const { shape: appliesTo } = spec.appliesTo;
const { shape: key } = spec.keys.unwrap().valueType;
const { shape: keySet } = spec.oneOf.unwrap().element;
const { shape: rule } = spec.rules.unwrap().element;
const { shape: expires } = spec.expires.unwrap();
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

export const SchemaState = { VALID: 'Valid', INVALID: 'Invalid' } as const;
export type SchemaState = (typeof SchemaState)[keyof typeof SchemaState];

registerEnumType(SchemaState, {
  name: 'SchemaState',
  description: 'Whether a schema can be used.',
  valuesMap: {
    VALID: { description: 'Writes are checked by it.' },
    INVALID: { description: 'It has problems, and nothing is checked by it.' },
  },
});

export const SchemaFormat = { TEXT: 'text', JSON: 'json' } as const;
export type SchemaFormat = (typeof SchemaFormat)[keyof typeof SchemaFormat];

registerEnumType(SchemaFormat, {
  name: 'SchemaFormat',
  description: 'What the JSON Schema of a key checks.',
  valuesMap: {
    TEXT: { description: 'The text.' },
    JSON: { description: 'The JSON that the text is.' },
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

  @Field(() => SchemaFormat, described(key.format))
  format!: SchemaFormat;

  @Field(() => String, { nullable: true, description: 'JSON Schema of the value, as JSON.' })
  schema!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Generator of the value that a new Secret gets if the request has none, as JSON.',
  })
  generate!: string | null;
}

@ObjectType({ description: 'A set of keys, of which exactly one is there as a whole.' })
export class SchemaKeySet {
  @Field(() => [String], described(keySet.required))
  required!: readonly string[];
}

@ObjectType({ description: 'Where the end of the values is; exactly one is not null.' })
export class SchemaExpiry {
  @Field(() => String, describedOrNull(expires.certificate))
  certificate!: string | null;

  @Field(() => String, describedOrNull(expires.jwt))
  jwt!: string | null;

  @Field(() => String, describedOrNull(expires.key))
  key!: string | null;

  @Field(() => String, describedOrNull(expires.annotation))
  annotation!: string | null;
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

  @Field(() => Boolean, described(spec.checkUnchanged))
  checkUnchanged!: boolean;

  @Field(() => Boolean, described(spec.additionalKeys))
  additionalKeys!: boolean;

  @Field(() => [SchemaKey], described(spec.keys))
  keys!: readonly SchemaKey[];

  @Field(() => [SchemaKeySet], described(spec.oneOf))
  oneOf!: readonly SchemaKeySet[];

  @Field(() => [SchemaRule], described(spec.rules))
  rules!: readonly SchemaRule[];

  @Field(() => SchemaExpiry, describedOrNull(spec.expires))
  expires!: SchemaExpiry | null;

  @Field(() => SchemaState, { description: 'Whether it can be used.' })
  state!: SchemaState;

  @Field(() => [SchemaProblemObject], { description: 'Mistakes: with any, it checks nothing.' })
  problems!: readonly SchemaProblemObject[];

  @Field(() => SchemaViolations, described(shown.violations))
  violations!: SchemaViolations;

  @Field(() => String, {
    nullable: true,
    description: 'Validator of the spec for `ifMatch`; null in a dry run.',
  })
  etag!: string | null;
}

@ObjectType({
  description:
    'Rules for keys and values of the Secrets of one namespace, besides those of the cluster.',
})
export class LocalSecretSchema extends SecretSchema {
  @Field(() => String, { description: 'Namespace of the schema.' })
  namespace!: string;
}

export const SecretSchemaConnection = connectionOf(SecretSchema, 'SecretSchema');
export const LocalSecretSchemaConnection = connectionOf(LocalSecretSchema, 'LocalSecretSchema');
