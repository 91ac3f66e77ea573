import type { Type } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';
import type { Page } from '../../core/page.js';

@ObjectType({ description: 'Where a page of a list begins and ends. Lists are read forward only.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether the list goes on after the page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'False: a list is not read backward.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; opaque.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The `after` of the next page; opaque.',
  })
  endCursor!: string | null;
}

export interface Edge<N> {
  readonly cursor: string;
  readonly node: N;
}

/** Page of a list. https://relay.dev/graphql/connections.htm */
export interface Connection<N> {
  readonly edges: readonly Edge<N>[];
  readonly nodes: readonly N[];
  readonly pageInfo: PageInfo;
}

/** Returns the type of a list of `node`, with its edges, under the names of Relay's connections. */
export function connectionOf<N>(node: Type<N>, name: string): Type<Connection<N>> {
  @ObjectType(`${name}Edge`, { description: `A ${name} and its place in a list.` })
  class NodeEdge implements Edge<N> {
    @Field(() => String, { description: 'The `after` of the list that begins behind the node.' })
    readonly cursor!: string;

    @Field(() => node, { description: 'The listed object.' })
    readonly node!: N;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class NodeConnection implements Connection<N> {
    @Field(() => [NodeEdge], { description: 'The objects of the page, each with its cursor.' })
    readonly edges!: readonly NodeEdge[];

    @Field(() => [node], { description: 'The objects of the page.' })
    readonly nodes!: readonly N[];

    @Field(() => PageInfo, { description: 'Where the page begins and ends.' })
    readonly pageInfo!: PageInfo;
  }

  return NodeConnection;
}

/** Converts a page to a connection; `edgeOf` returns each item with the cursor behind it. */
export function toConnection<T, N>(page: Page<T>, edgeOf: (item: T) => Edge<N>): Connection<N> {
  const edges = page.items.map(edgeOf);
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: page.continue !== undefined,
      hasPreviousPage: false,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: page.continue ?? edges.at(-1)?.cursor ?? null,
    },
  };
}
