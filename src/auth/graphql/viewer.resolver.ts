import { Context, Field, ObjectType, Query, Resolver } from '@nestjs/graphql';
import type { GraphqlContext } from '../../graphql/graphql-context.js';
import { DateTime } from '../../graphql/scalars/date-time.scalar.js';

@ObjectType()
export class Viewer {
  @Field(() => String)
  username!: string;

  @Field(() => String, { nullable: true })
  uid!: string | null;

  @Field(() => [String])
  groups!: readonly string[];

  @Field(() => String)
  kind!: string;

  @Field(() => String, { nullable: true })
  credentialId!: string | null;

  @Field(() => DateTime, { nullable: true })
  expiresAt!: string | null;
}

/** By which credential the caller is whom. */
@Resolver()
export class ViewerResolver {
  @Query(() => Viewer, { nullable: true })
  viewer(@Context() { principal }: GraphqlContext): Viewer {
    const { username, uid, groups, kind, credentialId, expiresAtMs } = principal;
    return {
      username,
      uid: uid === '' ? null : uid,
      groups,
      kind,
      credentialId,
      expiresAt: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
    };
  }
}
