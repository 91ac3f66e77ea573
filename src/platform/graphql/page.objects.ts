import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

/** Returns the end of a page of a forward-only connection. */
export function pageInfoOf(
  next: string | undefined,
  lastCursor: string | undefined,
): { readonly hasNextPage: boolean; readonly endCursor: string | null } {
  return { hasNextPage: next !== undefined, endCursor: next ?? lastCursor ?? null };
}
