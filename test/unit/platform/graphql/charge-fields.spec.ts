import { buildSchema, execute, parse } from 'graphql';
import { expect, it } from 'vitest';
import { AnswerBudget } from '../../../../src/core/answer-budget.js';
import { chargeFields } from '../../../../src/platform/graphql/charge-fields.js';

const schema = buildSchema(`
  scalar Map
  type SecretValue { text: String }
  type Item { name: String, size: Int, list: [String!], map: Map, value: SecretValue }
  type Query { item: Item, items: [Item!] }
`);
chargeFields(schema);
const item = {
  ...{ name: 'abc', size: 7, list: ['x', 'y'], map: { a: '\u0001' } },
  value: { text: 'charged when it was read' },
};

async function run(query: string, budget: AnswerBudget) {
  const rootValue = { item, items: Array.from({ length: 10 }, () => item) };
  const document = parse(query);
  return execute({ schema, document, rootValue, contextValue: { budget } });
}

it.each([
  ['name', '{ item { name } }', 'name'.length + 4 + '"abc"'.length],
  ['alias', '{ item { n: name } }', 'n'.length + 4 + '"abc"'.length],
  ['number', '{ item { size } }', 'size'.length + 4 + 1],
  ['list', '{ item { list } }', 'list'.length + 4 + '["x","y"]'.length],
  ['map', '{ item { map } }', 'map'.length + 4 + String.raw`{"a":"\u0001"}`.length],
  ['value', '{ item { value { text } } }', 0],
])('a %s takes what it has as JSON', async (_what, query, bytes) => {
  expect((await run(query, new AnswerBudget({ bytesMax: bytes }))).errors).toBeUndefined();
  if (bytes === 0) return;
  const { errors } = await run(query, new AnswerBudget({ bytesMax: bytes - 1 }));
  expect(errors?.[0]?.originalError).toMatchObject({ code: 'TooLarge' });
});

it('says where an answer became too large', async () => {
  const { errors } = await run('{ items { name } }', new AnswerBudget({ bytesMax: 5 * 13 }));
  expect(errors?.[0]?.path).toEqual(['items', 5, 'name']);
});
