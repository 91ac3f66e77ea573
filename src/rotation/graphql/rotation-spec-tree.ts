import { type SpecNode, specTreeOf } from '../../platform/graphql/spec-schema-tree.js';
import { readOnlyMembers } from '../domain/policy-view.js';
import { policyBodySchema } from '../rotation.schemas.js';

/** Schema of the spec of a rotation, as its author writes it. */
export const rotationSpecTree: SpecNode = specTreeOf(policyBodySchema, readOnlyMembers);
