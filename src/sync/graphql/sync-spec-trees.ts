import { type SpecNode, specTreeOf } from '../../platform/graphql/spec-schema-tree.js';
import { storeReadOnly, syncReadOnly } from '../domain/sync-view.js';
import { storeBodySchema, syncBodySchema } from '../sync.schemas.js';

/** Schema of the spec of a sync, as its author writes it. */
export const syncSpecTree: SpecNode = specTreeOf(syncBodySchema, syncReadOnly);

/** Schema of the spec of a store, as its author writes it. */
export const storeSpecTree: SpecNode = specTreeOf(storeBodySchema, storeReadOnly);
