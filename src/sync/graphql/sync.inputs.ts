import { Field, InputType, IntersectionType, PickType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { SpecInputTypes } from '../../platform/graphql/spec-input-types.js';
import { SpecChangeInput, SpecPutInput } from '../../platform/graphql/spec-write-input.js';
import { WriteInput } from '../../platform/graphql/write-input.js';
import { resolutionSchema } from '../sync.schemas.js';
import {
  SyncDirection,
  SyncFirst,
  SyncFormat,
  SyncOnConflict,
  SyncOnDelete,
  SyncSide,
} from './sync.enums.js';
import { syncSpecTree } from './sync-spec-trees.js';

const { shape: resolution } = resolutionSchema;

export const SyncSpecInput = new SpecInputTypes('Sync', {
  SpecDirection: SyncDirection,
  SpecFirstSync: SyncFirst,
  SpecOnConflict: SyncOnConflict,
  SpecOnDelete: SyncOnDelete,
  RemoteFormat: SyncFormat,
}).inputOf('spec', syncSpecTree, 'The spec of a SecretSync.');

/** Members of an input that names a sync. */
@InputType({ isAbstract: true })
class SyncNameInput {
  @Field(() => String, { description: 'Namespace of the sync.' })
  namespace!: string;

  @Field(() => String, { description: 'Name of the sync.' })
  name!: string;
}

/** Members of an input of a look at a sync. */
@InputType({ isAbstract: true })
class SyncLookInput extends IntersectionType(
  PickType(WriteInput, ['reason', 'dryRun'] as const),
  SyncNameInput,
) {}

@InputType({ description: 'A sync to create or to replace.' })
export class PutSecretSyncInput extends IntersectionType(SpecPutInput, SyncNameInput) {
  @Field(() => SyncSpecInput, { description: 'The spec.' })
  spec!: object;
}

@InputType({ description: 'A sync to delete.' })
export class DeleteSecretSyncInput extends IntersectionType(SpecChangeInput, SyncNameInput) {}

@InputType({ description: 'A sync to look at now.' })
export class RunSecretSyncInput extends SyncLookInput {}

@InputType({ description: 'A sync to resolve, and the side that wins.' })
export class ResolveSecretSyncInput extends SyncLookInput {
  @Field(() => SyncSide, described(resolution.prefer))
  prefer!: SyncSide;

  @Field(() => [String], describedOrNull(resolution.keys))
  keys?: readonly string[] | null;
}
