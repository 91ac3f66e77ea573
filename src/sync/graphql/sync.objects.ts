import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { syncSpecSchema } from '../domain/sync-spec.js';
import { syncSchema } from '../sync.schemas.js';
import {
  SyncDirection,
  SyncFirst,
  SyncFormat,
  SyncKeyState,
  SyncOnConflict,
  SyncOnDelete,
  SyncState,
} from './sync.enums.js';

const { shape: spec } = syncSpecSchema;
const { shape: remote } = spec.remote;
const { shape: key } = spec.keys.unwrap().element;
const { shape: sync } = syncSchema;
const { shape: keyState } = sync.keyStates.element;
const { shape: owner } = sync.owner.unwrap();
const { shape: overwritten } = sync.overwritten.unwrap();

@ObjectType({ description: 'The secret in a store.' })
export class SyncRemote {
  @Field(() => String, described(remote.name))
  name!: string;

  @Field(() => SyncFormat, described(remote.format))
  format!: SyncFormat;

  @Field(() => String, describedOrNull(remote.takeOverFrom))
  takeOverFrom!: string | null;
}

@ObjectType({ description: 'A key of a sync, and its name in the store.' })
export class SyncKey {
  @Field(() => String, described(key.name))
  name!: string;

  @Field(() => String, describedOrNull(key.remote))
  remote!: string | null;
}

@ObjectType('SyncSpec', { description: 'A sync as its author wrote it.' })
export class SyncSpecObject {
  @Field(() => String, described(spec.secretName))
  secretName!: string;

  @Field(() => String, described(spec.storeName))
  storeName!: string;

  @Field(() => String, described(spec.serviceAccountName))
  serviceAccountName!: string;

  @Field(() => SyncRemote, described(spec.remote))
  remote!: SyncRemote;

  @Field(() => SyncDirection, described(spec.direction))
  direction!: SyncDirection;

  @Field(() => [SyncKey], describedOrNull(spec.keys))
  keys!: readonly SyncKey[] | null;

  @Field(() => SyncFirst, described(spec.firstSync))
  firstSync!: SyncFirst;

  @Field(() => SyncOnConflict, described(spec.onConflict))
  onConflict!: SyncOnConflict;

  @Field(() => SyncOnDelete, described(spec.onDelete))
  onDelete!: SyncOnDelete;

  @Field(() => String, describedOrNull(spec.adopt))
  adopt!: string | null;
}

@ObjectType({ description: 'How a key of a sync stands.' })
export class SyncKeyStatus {
  @Field(() => String, described(keyState.name))
  name!: string;

  @Field(() => SyncKeyState, described(keyState.state))
  state!: SyncKeyState;
}

@ObjectType({ description: 'A sync that owns a secret in a store.' })
export class SyncOwner {
  @Field(() => String, described(owner.clusterUID))
  clusterUID!: string;

  @Field(() => String, described(owner.namespaceUID))
  namespaceUID!: string;

  @Field(() => String, described(owner.syncUID))
  syncUID!: string;
}

@ObjectType({ description: 'Versions of others that a write to a store has overwritten unseen.' })
export class SyncOverwritten {
  @Field(() => DateTime, described(overwritten.at))
  at!: string;

  @Field(() => Int, described(overwritten.count))
  count!: number;

  @Field(() => [String], described(overwritten.versions))
  versions!: readonly string[];
}

@ObjectType({ description: 'A sync of a Secret with a secret in another store.' })
export class SecretSync {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => String, { description: 'Namespace of the Secret.' })
  namespace!: string;

  @Field(() => String, described(sync.name))
  name!: string;

  @Field(() => SyncSpecObject, {
    nullable: true,
    description: 'The spec; null if it breaks a rule.',
  })
  spec!: SyncSpecObject | null;

  @Field(() => String, {
    nullable: true,
    description: 'Validator of the spec for `ifMatch`; null in a dry run.',
  })
  etag!: string | null;

  @Field(() => String, describedOrNull(sync.author))
  author!: string | null;

  @Field(() => SyncState, describedOrNull(sync.state))
  state!: SyncState | null;

  @Field(() => String, describedOrNull(sync.reason))
  reason!: string | null;

  @Field(() => String, described(sync.message))
  message!: string;

  @Field(() => String, describedOrNull(sync.secretVersion))
  secretVersion!: string | null;

  @Field(() => DateTime, describedOrNull(sync.secretChangedAt))
  secretChangedAt!: string | null;

  @Field(() => String, describedOrNull(sync.storeVersion))
  storeVersion!: string | null;

  // A store may have another form of times than DateTime.
  @Field(() => String, describedOrNull(sync.storeChangedAt))
  storeChangedAt!: string | null;

  @Field(() => DateTime, describedOrNull(sync.lastSyncAt))
  lastSyncAt!: string | null;

  @Field(() => [SyncKeyStatus], described(sync.keyStates))
  keyStates!: readonly SyncKeyStatus[];

  @Field(() => SyncOverwritten, describedOrNull(sync.overwritten))
  overwritten!: SyncOverwritten | null;

  @Field(() => SyncOwner, describedOrNull(sync.owner))
  owner!: SyncOwner | null;
}

export const SecretSyncConnection = connectionOf(SecretSync, 'SecretSync');
