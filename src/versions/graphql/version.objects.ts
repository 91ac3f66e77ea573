import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { StringMap } from '../../platform/graphql/scalars/string-map.scalar.js';
import { Actor, SecretKey } from '../../secrets/graphql/secret.objects.js';
import { diffSchema, namespaceRestoreSchema, versionViewSchema } from '../version.schemas.js';
import { Door, RestoreAction, VersionState } from './version.enums.js';

const { shape: view } = versionViewSchema;
const { shape: diff } = diffSchema;
const { shape: resized } = diff.changed.element;
const { shape: restored } = namespaceRestoreSchema.shape.items.element;

@ObjectType({ description: 'A version of a Secret without its values.' })
export class SecretVersion {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => Int, described(view.version))
  version!: number;

  @Field(() => VersionState, described(view.state))
  state!: VersionState;

  @Field(() => [String], described(view.aliases))
  aliases!: readonly string[];

  @Field(() => DateTime, described(view.createdAt))
  createdAt!: string;

  @Field(() => Actor, describedOrNull(view.createdBy))
  createdBy!: Actor | null;

  @Field(() => Door, described(view.door))
  door!: Door;

  @Field(() => String, describedOrNull(view.reason))
  reason!: string | null;

  @Field(() => ID, describedOrNull(view.auditId))
  auditId!: string | null;

  @Field(() => String, describedOrNull(view.fieldManager))
  fieldManager!: string | null;

  @Field(() => String, describedOrNull(view.onBehalfOf))
  onBehalfOf!: string | null;

  @Field(() => Int, describedOrNull(view.restoredFrom))
  restoredFrom!: number | null;

  @Field(() => String, described(view.type))
  type!: string;

  @Field(() => Boolean, described(view.immutable))
  immutable!: boolean;

  @Field(() => StringMap, described(view.labels))
  labels!: Readonly<Record<string, string>>;

  @Field(() => [SecretKey], described(view.keys))
  keys!: readonly SecretKey[];

  @Field(() => Boolean, described(view.gap))
  gap!: boolean;

  @Field(() => Boolean, described(view.retired))
  retired!: boolean;

  @Field(() => DateTime, describedOrNull(view.endedAt))
  endedAt!: string | null;
}

export const SecretVersionConnection = connectionOf(SecretVersion, 'SecretVersion');

@ObjectType('KeyResize', { description: 'A key with another value, and the sizes of both.' })
export class KeyResizeObject {
  @Field(() => String, described(resized.name))
  name!: string;

  @Field(() => Int, described(resized.fromBytes))
  fromBytes!: number;

  @Field(() => Int, described(resized.toBytes))
  toBytes!: number;
}

@ObjectType({ description: 'What differs between two versions: names and sizes, never a value.' })
export class SecretDiff {
  @Field(() => Int, described(diff.from))
  from!: number;

  @Field(() => Int, described(diff.to))
  to!: number;

  @Field(() => [SecretKey], described(diff.added))
  added!: readonly SecretKey[];

  @Field(() => [SecretKey], described(diff.removed))
  removed!: readonly SecretKey[];

  @Field(() => [KeyResizeObject], described(diff.changed))
  changed!: readonly KeyResizeObject[];

  @Field(() => Boolean, described(diff.typeChanged))
  typeChanged!: boolean;

  @Field(() => Boolean, described(diff.immutableChanged))
  immutableChanged!: boolean;

  @Field(() => [String], described(diff.labelsChanged))
  labelsChanged!: readonly string[];

  @Field(() => [String], described(diff.annotationsChanged))
  annotationsChanged!: readonly string[];
}

@ObjectType({ description: 'What a restore of a namespace does with one Secret.' })
export class RestoreResult {
  @Field(() => String, described(restored.name))
  name!: string;

  @Field(() => Int, describedOrNull(restored.fromVersion))
  fromVersion!: number | null;

  @Field(() => Int, describedOrNull(restored.toVersion))
  toVersion!: number | null;

  @Field(() => RestoreAction, described(restored.action))
  action!: RestoreAction;

  @Field(() => String, describedOrNull(restored.error))
  error!: string | null;
}
