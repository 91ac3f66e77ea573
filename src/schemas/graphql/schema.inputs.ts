import { Field, InputType, IntersectionType } from '@nestjs/graphql';
import { SpecInputTypes } from '../../platform/graphql/spec-input-types.js';
import { SpecChangeInput, SpecPutInput } from '../../platform/graphql/spec-write-input.js';
import { schemaSpecTree } from './schema-spec-tree.js';
import { SchemaFormat, SchemaMode } from './secret-schema.objects.js';

export const SchemaSpecInput = new SpecInputTypes('Schema', {
  SpecMode: SchemaMode,
  KeysFormat: SchemaFormat,
  // Kinds have names that no enum of GraphQL can have.
  KeysKind: String,
}).inputOf('spec', schemaSpecTree, 'The spec of a SecretSchema.');

/** Members of an input that names a schema of the cluster. */
@InputType({ isAbstract: true })
class SchemaNameInput {
  @Field(() => String, { description: 'Name of the schema.' })
  name!: string;
}

@InputType({ description: 'A schema to create or to replace.' })
export class PutSecretSchemaInput extends IntersectionType(SpecPutInput, SchemaNameInput) {
  @Field(() => SchemaSpecInput, { description: 'The spec.' })
  spec!: object;
}

@InputType({ description: 'A schema to delete.' })
export class DeleteSecretSchemaInput extends IntersectionType(SpecChangeInput, SchemaNameInput) {}

/** Members of an input that names a schema of a namespace. */
@InputType({ isAbstract: true })
class LocalSchemaNameInput extends SchemaNameInput {
  @Field(() => String, { description: 'Namespace of the schema.' })
  namespace!: string;
}

@InputType({ description: 'A schema of a namespace to create or to replace.' })
export class PutLocalSecretSchemaInput extends IntersectionType(
  SpecPutInput,
  LocalSchemaNameInput,
) {
  @Field(() => SchemaSpecInput, { description: 'The spec.' })
  spec!: object;
}

@InputType({ description: 'A schema of a namespace to delete.' })
export class DeleteLocalSecretSchemaInput extends IntersectionType(
  SpecChangeInput,
  LocalSchemaNameInput,
) {}
