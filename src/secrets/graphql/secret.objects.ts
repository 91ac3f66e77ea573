import { Field, ID, InterfaceType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { PrincipalKind } from '../../platform/graphql/principal-kind.enum.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { StringMap } from '../../platform/graphql/scalars/string-map.scalar.js';
import { keySizeSchema, metadataSchema, writeResultSchema } from '../secret.schemas.js';

const { shape: metadata } = metadataSchema;
const { shape: owner } = metadata.ownerReferences.element;
const { shape: keySize } = keySizeSchema;
const { shape: changes } = writeResultSchema.shape.changes.unwrap();

@ObjectType({ description: 'User who made a change, and the credential.' })
export class Actor {
  @Field(() => String, { description: 'Name of the user.' })
  username!: string;

  @Field(() => PrincipalKind, { description: 'Kind of the credential.' })
  kind!: PrincipalKind;

  @Field(() => String, { nullable: true, description: 'Id of the credential.' })
  credentialId!: string | null;
}

@ObjectType({ description: 'A key of a Secret: its name and the size of its value.' })
export class SecretKey {
  @Field(() => String, described(keySize.name))
  name!: string;

  @Field(() => Int, described(keySize.sizeBytes))
  sizeBytes!: number;

  @Field(() => Int, describedOrNull(keySize.version))
  version!: number | null;
}

@ObjectType({ description: 'An object that owns a Secret.' })
export class OwnerReference {
  @Field(() => String, { description: 'Group and version of the owner.' })
  apiVersion!: string;

  @Field(() => String, described(owner.kind))
  kind!: string;

  @Field(() => String, described(owner.name))
  name!: string;

  @Field(() => String, { description: 'UID of the owner.' })
  uid!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the owner is the controller of the Secret.',
  })
  controller!: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the owner stays until the Secret is gone.',
  })
  blockOwnerDeletion!: boolean | null;
}

@InterfaceType({
  description:
    'What may be shown to whoever may list. No field of it, at any depth, yields a value.',
  resolveType: (source: { readonly __typename: string }) => source.__typename,
})
export abstract class SecretMetadata {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => ID, described(metadata.uid))
  uid!: string;

  @Field(() => String, described(metadata.namespace))
  namespace!: string;

  @Field(() => String, described(metadata.name))
  name!: string;

  @Field(() => String, described(metadata.type))
  type!: string;

  @Field(() => Boolean, described(metadata.immutable))
  immutable!: boolean;

  @Field(() => StringMap, described(metadata.labels))
  labels!: Readonly<Record<string, string>>;

  @Field(() => StringMap, described(metadata.annotations))
  annotations!: Readonly<Record<string, string>>;

  @Field(() => [OwnerReference], described(metadata.ownerReferences))
  ownerReferences!: readonly OwnerReference[];

  @Field(() => [SecretKey], described(metadata.keys))
  keys!: readonly SecretKey[];

  @Field(() => String, described(metadata.resourceVersion))
  resourceVersion!: string;

  @Field(() => Int, describedOrNull(metadata.version))
  version!: number | null;

  @Field(() => DateTime, described(metadata.createdAt))
  createdAt!: string;

  @Field(() => DateTime, describedOrNull(metadata.updatedAt))
  updatedAt!: string | null;

  @Field(() => Actor, describedOrNull(metadata.updatedBy))
  updatedBy!: Actor | null;

  @Field(() => DateTime, describedOrNull(metadata.deletedAt))
  deletedAt!: string | null;
}

@ObjectType({
  implements: () => [SecretMetadata],
  description: 'A Secret without its values: in lists, in changes and after writes.',
})
export class SecretSummary extends SecretMetadata {}

@ObjectType('SecretValue', { description: 'A key and its value, as text or in base64.' })
export class SecretValueObject {
  @Field(() => String, { description: 'Name of the key.' })
  key!: string;

  @Field(() => String, { nullable: true, description: 'The value; null if it is not text.' })
  text!: string | null;

  @Field(() => String, { nullable: true, description: 'The value in base64; null if it is text.' })
  base64!: string | null;
}

@ObjectType({
  implements: () => [SecretMetadata],
  description: 'One Secret addressed by name: a type with values.',
})
export class Secret extends SecretMetadata {}

export const SecretConnection = connectionOf(SecretSummary, 'Secret');

@ObjectType('KeyChanges', { description: 'Names of the keys that a write has changed.' })
export class KeyChangesObject {
  @Field(() => [String], described(changes.added))
  added!: readonly string[];

  @Field(() => [String], described(changes.changed))
  changed!: readonly string[];

  @Field(() => [String], described(changes.removed))
  removed!: readonly string[];
}
