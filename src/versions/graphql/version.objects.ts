import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { PageInfo } from '../../platform/graphql/page.objects.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { Actor, SecretKey } from '../../secrets/graphql/secret.objects.js';

export const VersionState = { LIVE: 'live', DELETED: 'deleted', DESTROYED: 'destroyed' } as const;
export const Door = {
  REST: 'rest',
  GRAPHQL: 'graphql',
  KUBECTL: 'kubectl',
  ROTATION: 'rotation',
  RESTORE: 'restore',
  EXTERNAL: 'external',
} as const;
registerEnumType(VersionState, { name: 'VersionState' });
registerEnumType(Door, { name: 'Door' });

type Value<T> = T[keyof T];

@ObjectType()
export class SecretVersion {
  @Field(() => Int)
  version!: number;

  @Field(() => VersionState)
  state!: Value<typeof VersionState>;

  @Field(() => [String])
  aliases!: readonly string[];

  @Field(() => DateTime)
  createdAt!: string;

  @Field(() => Actor, { nullable: true })
  createdBy!: Actor | null;

  @Field(() => Door)
  door!: Value<typeof Door>;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => ID, { nullable: true })
  auditId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Who asked for a rotation, or wrote its policy',
  })
  onBehalfOf!: string | null;

  @Field(() => Int, { nullable: true, description: 'Version that a restore brought back' })
  restoredFrom!: number | null;

  @Field(() => [SecretKey])
  keys!: readonly SecretKey[];
}

@ObjectType()
export class SecretVersionConnection {
  @Field(() => [SecretVersion])
  nodes!: readonly SecretVersion[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType('KeyResize')
export class KeyResizeObject {
  @Field(() => String)
  name!: string;

  @Field(() => Int)
  fromBytes!: number;

  @Field(() => Int)
  toBytes!: number;
}

@ObjectType()
export class SecretDiff {
  @Field(() => [SecretKey])
  added!: readonly SecretKey[];

  @Field(() => [SecretKey])
  removed!: readonly SecretKey[];

  @Field(() => [KeyResizeObject])
  changed!: readonly KeyResizeObject[];

  @Field(() => Boolean)
  typeChanged!: boolean;

  @Field(() => [String])
  labelsChanged!: readonly string[];

  @Field(() => [String])
  annotationsChanged!: readonly string[];
}

@ObjectType()
export class RestoreResult {
  @Field(() => String)
  name!: string;

  @Field(() => Int, { nullable: true })
  fromVersion!: number | null;

  @Field(() => Int, { nullable: true })
  toVersion!: number | null;

  @Field(() => String)
  action!: string;

  @Field(() => String, { nullable: true })
  error!: string | null;
}
