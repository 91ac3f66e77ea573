import { buildSchema, graphql, type GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { attachResolvers } from '../../../../src/platform/graphql/attach-resolvers.js';

function schema(): GraphQLSchema {
  return buildSchema(`
    interface Named { name: String }
    type Cat implements Named { name: String }
    type Dog implements Named { name: String }
    type Query { cat: Cat, dog: Dog }
    type Subscription { count: Int }
  `);
}

const query = {
  cat: () => ({ name: 'of the cat' }),
  dog: () => ({ name: 'of the dog' }),
};
const both = '{ cat { name } dog { name } }';

describe('resolvers of a schema', () => {
  it('are those of the fields that they name', async () => {
    const built = schema();
    attachResolvers(built, { Query: query, Dog: { name: () => 'resolved' } });
    const { data } = await graphql({ schema: built, source: both });
    expect(data).toEqual({ cat: { name: 'of the cat' }, dog: { name: 'resolved' } });
  });

  it.for([
    ['before', { Named: { name: (): string => 'named' }, Dog: { name: (): string => 'dog' } }],
    ['after', { Dog: { name: (): string => 'dog' }, Named: { name: (): string => 'named' } }],
  ] as const)('of an interface are those of its types, %s a type with its own', async ([, own]) => {
    const built = schema();
    attachResolvers(built, { Query: query, ...own });
    const { data } = await graphql({ schema: built, source: both });
    expect(data).toEqual({ cat: { name: 'named' }, dog: { name: 'dog' } });
  });

  it('of a subscription are two', () => {
    const built = schema();
    const count = { resolve: () => 1, subscribe: () => 2 };
    attachResolvers(built, { Subscription: { count } });
    expect(built.getSubscriptionType()?.getFields()['count']).toMatchObject(count);
  });

  it.for(['Query', 'Bird'])('of a field that %s lacks are refused', (type) => {
    const attach = () => attachResolvers(schema(), { [type]: { song: () => 'any' } });
    expect(attach).toThrow(`the schema has no field ${type}.song`);
  });
});
