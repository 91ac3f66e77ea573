import { describe, expect, it } from 'vitest';
import { toConnection } from '../../../../src/platform/graphql/connection.js';

const edgeOf = (node: string) => ({ cursor: `behind-${node}`, node });

describe('a connection', () => {
  it('has a cursor behind each of its nodes', () => {
    expect(toConnection({ items: ['a', 'b'] }, edgeOf)).toEqual({
      edges: [
        { cursor: 'behind-a', node: 'a' },
        { cursor: 'behind-b', node: 'b' },
      ],
      nodes: ['a', 'b'],
      pageInfo: {
        hasNextPage: false,
        hasPreviousPage: false,
        startCursor: 'behind-a',
        endCursor: 'behind-b',
      },
    });
  });

  it('ends where the list says that the next page begins', () => {
    const { pageInfo } = toConnection({ items: ['a'], continue: 'further' }, edgeOf);
    expect(pageInfo).toMatchObject({ hasNextPage: true, endCursor: 'further' });
  });

  it('without nodes has no cursor', () => {
    const { pageInfo } = toConnection({ items: [] }, edgeOf);
    expect(pageInfo).toMatchObject({ hasNextPage: false, startCursor: null, endCursor: null });
  });
});
