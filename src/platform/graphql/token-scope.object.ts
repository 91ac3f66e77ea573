import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType({
  description: 'What a token is limited to, in addition to the rights of its user.',
})
export class TokenScope {
  @Field(() => [String], { nullable: true, description: 'Namespaces; null: all.' })
  namespaces!: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Names of Secrets; null: all.' })
  secrets!: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Names of keys; null: all.' })
  keys!: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Actions; null: all.' })
  actions!: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Networks of clients; null: all.' })
  cidrs!: readonly string[] | null;
}
