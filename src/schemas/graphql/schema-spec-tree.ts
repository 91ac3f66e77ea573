import { type SpecNode, specTreeOf } from '../../platform/graphql/spec-schema-tree.js';
import { schemaReadOnly } from '../domain/schema-view.js';
import { secretSchemaBodySchema } from '../schemas.schemas.js';

/** Schema of the spec of a SecretSchema, as its author writes it. */
export const schemaSpecTree: SpecNode = specTreeOf(secretSchemaBodySchema, schemaReadOnly);
