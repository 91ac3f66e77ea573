import { Field, ObjectType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { syncRunSchema } from '../sync.schemas.js';
import { SyncAction, SyncState } from './sync.enums.js';

const { shape: run } = syncRunSchema;
const { shape: key } = run.keys.element;

@ObjectType({ description: 'What a look at a sync did with a key.' })
export class SyncRunKey {
  @Field(() => String, described(key.name))
  name!: string;

  @Field(() => SyncAction, described(key.action))
  action!: SyncAction;

  @Field(() => String, described(key.reason))
  reason!: string;
}

@ObjectType({ description: 'Result of a look at a sync, without values.' })
export class SyncRun {
  @Field(() => SyncState, described(run.state))
  state!: SyncState;

  @Field(() => String, described(run.reason))
  reason!: string;

  @Field(() => String, described(run.message))
  message!: string;

  @Field(() => [SyncRunKey], described(run.keys))
  keys!: readonly SyncRunKey[];

  @Field(() => String, describedOrNull(run.secretVersion))
  secretVersion!: string | null;

  @Field(() => DateTime, describedOrNull(run.secretChangedAt))
  secretChangedAt!: string | null;

  @Field(() => String, describedOrNull(run.storeVersion))
  storeVersion!: string | null;

  @Field(() => String, describedOrNull(run.storeChangedAt))
  storeChangedAt!: string | null;

  @Field(() => Boolean, described(run.written))
  written!: boolean;

  @Field(() => [String], described(run.overwritten))
  overwritten!: readonly string[];
}
