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

/** Members of an input that names a schema. */
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
