import { readFileSync } from 'node:fs';
import { buildSchema, Kind, type OperationDefinitionNode, parse, validate, visit } from 'graphql';
import { TypeInfo, getVariableValues, visitWithTypeInfo } from 'graphql';
import { describe, expect, it } from 'vitest';
import { exampleQueries } from '../../../../assets/graphiql/example-queries.js';

const schema = buildSchema(readFileSync('docs/api/schema.graphql', 'utf8'));

function operationOf(query: string): OperationDefinitionNode {
  const [operation, ...others] = parse(query).definitions;
  expect(others).toEqual([]);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('not an operation');
  return operation;
}

const examples = exampleQueries.map(
  (example) => [operationOf(example.query).name?.value ?? '', example] as const,
);

describe('the example queries', () => {
  it('are ten, each with a name and a question of its own', () => {
    expect(new Set(examples.map(([name]) => name)).size).toBe(10);
    expect(new Set(exampleQueries.map(({ question }) => question)).size).toBe(10);
    for (const { question } of exampleQueries) expect(question).toMatch(/^[A-Z].+\?$/);
  });

  it.each(examples)('agree with the schema: %s', (_name, { query, variables }) => {
    expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([]);
    const { operation, variableDefinitions = [] } = operationOf(query);
    expect(operation).toBe('query');
    expect(getVariableValues(schema, variableDefinitions, variables).errors).toBeUndefined();
    const declared = variableDefinitions.map(({ variable }) => variable.name.value);
    expect(Object.keys(variables).toSorted()).toEqual(declared.toSorted());
  });

  it.each(examples)('read no value of a Secret: %s', (_name, { query }) => {
    const types = new TypeInfo(schema);
    const fields: string[] = [];
    const Field = (): void => {
      fields.push(`${types.getParentType()?.name}.${types.getFieldDef()?.name}`);
    };
    visit(parse(query), visitWithTypeInfo(types, { Field }));
    expect(fields.length).toBeGreaterThan(0);
    expect(fields).not.toContain('Secret.value');
    expect(fields).not.toContain('Secret.values');
  });
});
