import {
  buildSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { variableErrors, withoutLiteral } from '../../../../src/platform/graphql/input-errors.js';
import { limits } from '../../../../src/core/limits.js';

const value = 'hunter2-canary';
const schema = buildSchema(`
  enum Outcome { ALLOWED DENIED }
  "A text of ours."
  scalar Special
  input Filter { outcome: Outcome, names: [String!], count: Int, inner: Filter, at: Special }
  input Named { namespace: String!, filter: Filter }
  type Query { find(input: Named, filter: Filter, first: Int, outcome: Outcome): String }
`);

function operationOf(declared: string): OperationDefinitionNode {
  const names = [...declared.matchAll(/\$(\w+)/g)].map(([, name]) => name);
  const used = names.map((name) => `${name}: $${name}`).join(' ');
  const operation = getOperationAST(parse(`query (${declared}) { find(${used}) }`));
  if (!operation) throw new Error('there is an operation');
  return operation;
}

function told(declared: string, variables: Record<string, unknown>) {
  return variableErrors(schema, operationOf(declared), variables).map(({ message }) => message);
}

describe('variables', () => {
  it.each([
    [{ outcome: value }, 'outcome must be one of ALLOWED, DENIED'],
    [{ outcome: 7 }, 'outcome must be one of ALLOWED, DENIED'],
    [{ inner: { outcome: value } }, 'inner.outcome must be one of ALLOWED, DENIED'],
    [{ names: ['a', { [value]: value }] }, 'names[1] must be a value of type "String"'],
    [{ names: [null] }, 'names[0] must not be null'],
    [{ count: value }, 'count must be a value of type "Int"'],
    [{ inner: value }, 'inner must be an object of type "Filter"'],
    [{ unheard: value }, 'has no field unheard'],
    [{ [`${value}!`]: 1 }, 'has an unknown field'],
    [{ ['x'.repeat(65)]: 1 }, 'has an unknown field'],
  ])('are refused by field, type and members of enums: %j', (filter, reason) => {
    const texts = told('$filter: Filter', { filter });
    expect(texts).toEqual([`Variable "$filter" is not valid: ${reason}`]);
    expect(texts.join('')).not.toContain(value);
  });

  it('name the field that an object lacks, and point to it', () => {
    const [error] = variableErrors(schema, operationOf('$input: Named'), { input: { filter: {} } });
    const reason = 'must have the field namespace of type "String!"';
    expect(error?.message).toBe(`Variable "$input" is not valid: ${reason}`);
    const [inner] = variableErrors(schema, operationOf('$input: Named'), {
      input: { namespace: 'a', filter: { names: [1] } },
    });
    expect(inner?.originalError).toMatchObject({
      code: 'BadRequest',
      errors: [{ pointer: '/variables/input/filter/names/0' }],
    });
  });

  it('are all told of, up to a bound', () => {
    const names = Array.from({ length: limits.graphqlErrorsMax + 5 }, () => 1);
    expect(told('$filter: Filter, $first: Int', { filter: { names }, first: value })).toHaveLength(
      limits.graphqlErrorsMax,
    );
  });

  it.each([{}, { filter: null }, { filter: { names: 'one', outcome: 'DENIED' } }])(
    'pass as graphql-js takes them: %j',
    (variables) => {
      expect(told('$filter: Filter', variables)).toEqual([]);
    },
  );
});

describe('literals', () => {
  const refusal = (call: string) => {
    const document = parse(`{ find(${call}) }`);
    const [error] = validate(schema, document);
    return error && withoutLiteral(schema, document, error).message;
  };

  it.each([
    [`filter: { outcome: CANARY }`, 'filter.outcome must be one of ALLOWED, DENIED'],
    [`filter: { outcome: "${value}" }`, 'filter.outcome must be one of ALLOWED, DENIED'],
    [
      `filter: { inner: { count: "${value}" } }`,
      'filter.inner.count must be a value of type "Int"',
    ],
    [`filter: "${value}"`, 'filter must be an object of type "Filter"'],
    [`first: "${value}"`, 'first must be a value of type "Int"'],
    [`outcome: null, first: 1.5`, 'first must be a value of type "Int"'],
  ])('are refused by field, type and members of enums: %s', (call, text) => {
    expect(refusal(call)).toBe(text);
  });

  it('leave errors about names as they are', () => {
    expect(refusal('filter: { unheard: 1 }')).toBe(
      'Field "unheard" is not defined by type "Filter".',
    );
  });
});
