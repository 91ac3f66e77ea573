import { type SpecNode, specTreeOf } from '../../platform/graphql/spec-schema-tree.js';
import { environmentReadOnly } from '../domain/environment-view.js';
import { environmentBodySchema } from '../environments.schemas.js';

/** Schema of the spec of a SecretEnvironment, as its author writes it. */
export const environmentSpecTree: SpecNode = specTreeOf(environmentBodySchema, environmentReadOnly);
