import { Field, ID, ObjectType } from '@nestjs/graphql';
import { SecretSync } from './sync.objects.js';
import { SyncRun } from './sync-run.objects.js';

@ObjectType({ description: 'Result of putSecretSync.' })
export class PutSecretSyncPayload {
  @Field(() => SecretSync, { description: 'The sync.' })
  sync!: SecretSync;

  @Field(() => Boolean, { description: 'Whether the sync is new.' })
  created!: boolean;
}

@ObjectType({ description: 'Result of deleteSecretSync.' })
export class DeleteSecretSyncPayload {
  @Field(() => ID, {
    nullable: true,
    description: 'The id that the deleted sync had; null in a dry run.',
  })
  deletedId!: string | null;
}

@ObjectType({ description: 'Result of runSecretSync.' })
export class RunSecretSyncPayload {
  @Field(() => SyncRun, { description: 'What the look found and did.' })
  run!: SyncRun;
}

@ObjectType({ description: 'Result of resolveSecretSync.' })
export class ResolveSecretSyncPayload {
  @Field(() => SyncRun, { description: 'What the look found and did.' })
  run!: SyncRun;
}
