import { type SpecNode, specTreeOf } from '../../platform/graphql/spec-schema-tree.js';
import { importReadOnly, shareReadOnly } from '../domain/share-view.js';
import { importBodySchema, shareBodySchema } from '../shares.schemas.js';

/** Schema of the spec of a share, as its author writes it. */
export const shareSpecTree: SpecNode = specTreeOf(shareBodySchema, shareReadOnly);

/** Schema of the spec of an import, as its author writes it. */
export const importSpecTree: SpecNode = specTreeOf(importBodySchema, importReadOnly);
