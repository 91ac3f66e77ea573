import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class TokenScope {
  @Field(() => [String], { nullable: true })
  namespaces!: readonly string[] | null;

  @Field(() => [String], { nullable: true })
  secrets!: readonly string[] | null;

  @Field(() => [String], { nullable: true })
  keys!: readonly string[] | null;

  @Field(() => [String], { nullable: true })
  actions!: readonly string[] | null;

  @Field(() => [String], { nullable: true })
  cidrs!: readonly string[] | null;
}
