import { Field, ObjectType } from '@nestjs/graphql';
import { PageInfo } from '../../platform/graphql/page.objects.js';
import { StringMap } from '../../platform/graphql/scalars/string-map.scalar.js';

@ObjectType()
export class Namespace {
  @Field(() => String)
  name!: string;

  @Field(() => StringMap)
  labels!: Readonly<Record<string, string>>;

  @Field(() => Boolean)
  served!: boolean;
}

@ObjectType()
export class NamespaceConnection {
  @Field(() => [Namespace])
  nodes!: readonly Namespace[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
