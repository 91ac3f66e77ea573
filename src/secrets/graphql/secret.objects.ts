import { Field, ID, InterfaceType, Int, ObjectType } from '@nestjs/graphql';
import { PageInfo } from '../../platform/graphql/page.objects.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { StringMap } from '../../platform/graphql/scalars/string-map.scalar.js';

@ObjectType()
export class Actor {
  @Field(() => String)
  username!: string;

  @Field(() => String)
  kind!: string;

  @Field(() => String, { nullable: true })
  credentialId!: string | null;
}

@ObjectType()
export class SecretKey {
  @Field(() => String)
  name!: string;

  @Field(() => Int)
  sizeBytes!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Version in which these bytes last changed; null before history.',
  })
  version!: number | null;
}

@InterfaceType({
  description:
    'What may be shown to whoever may list. No field of it, at any depth, yields a value.',
  resolveType: (source: { readonly __typename: string }) => source.__typename,
})
export abstract class SecretMetadata {
  @Field(() => ID)
  uid!: string;

  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'As Kubernetes writes it, e.g. kubernetes.io/tls.' })
  type!: string;

  @Field(() => Boolean)
  immutable!: boolean;

  @Field(() => StringMap)
  labels!: Readonly<Record<string, string>>;

  @Field(() => StringMap)
  annotations!: Readonly<Record<string, string>>;

  @Field(() => [SecretKey])
  keys!: readonly SecretKey[];

  @Field(() => String)
  resourceVersion!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'null where history is off for this Secret.',
  })
  version!: number | null;

  @Field(() => DateTime)
  createdAt!: string;

  @Field(() => DateTime, { nullable: true })
  updatedAt!: string | null;

  @Field(() => Actor, { nullable: true })
  updatedBy!: Actor | null;
}

@ObjectType({
  implements: () => [SecretMetadata],
  description: 'List items, change events and write results.',
})
export class SecretSummary extends SecretMetadata {}

@ObjectType('SecretValue')
export class SecretValueObject {
  @Field(() => String)
  key!: string;

  @Field(() => String, { nullable: true })
  text!: string | null;

  @Field(() => String, { nullable: true })
  base64!: string | null;
}

@ObjectType({
  implements: () => [SecretMetadata],
  description: 'One Secret addressed by name: the only type with values.',
})
export class Secret extends SecretMetadata {}

@ObjectType()
export class SecretEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => SecretSummary)
  node!: SecretSummary;
}

@ObjectType()
export class SecretConnection {
  @Field(() => [SecretSummary])
  nodes!: readonly SecretSummary[];

  @Field(() => [SecretEdge])
  edges!: readonly SecretEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType('KeyChanges')
export class KeyChangesObject {
  @Field(() => [String])
  added!: readonly string[];

  @Field(() => [String])
  changed!: readonly string[];

  @Field(() => [String])
  removed!: readonly string[];
}

@ObjectType('WriteResult')
export class WriteResultObject {
  @Field(() => SecretSummary, { nullable: true })
  secret!: SecretSummary | null;

  @Field(() => Boolean)
  created!: boolean;

  @Field(() => Boolean)
  dryRun!: boolean;

  @Field(() => KeyChangesObject, {
    nullable: true,
    description:
      'Key names; null unless the caller may read these keys or, without dryRun, list versions.',
  })
  changes!: KeyChangesObject | null;

  @Field(() => [String])
  warnings!: readonly string[];
}
