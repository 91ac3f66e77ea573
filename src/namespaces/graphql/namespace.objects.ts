import { Field, ID, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { StringMap } from '../../platform/graphql/scalars/string-map.scalar.js';

@ObjectType({ description: 'A namespace that the caller can use.' })
export class Namespace {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => String, { description: 'Name of the namespace.' })
  name!: string;

  @Field(() => StringMap, { description: 'Labels of Kubernetes.' })
  labels!: Readonly<Record<string, string>>;

  @Field(() => Boolean, {
    description: 'Whether histories and rights of the gateway work there.',
  })
  served!: boolean;
}

export const NamespaceConnection = connectionOf(Namespace, 'Namespace');
