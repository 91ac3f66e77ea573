import {
  type ASTNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  coerceInputValue,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isScalarType,
  typeFromAST,
  visit,
} from 'graphql';
import { badRequest, type FieldError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';

type Path = readonly (string | number)[];
type Variables = Readonly<Record<string, unknown>> | null | undefined;

/** graphql-js names the field of an object; another form of name may be a misplaced value. */
const MISSING_FIELD = /^Field "(\w+)" of required type "([\w![\]]+)" was not provided/;
const UNKNOWN_FIELD = /^Field "(\w{1,64})" is not defined by type "\w+"/;
/** Beginnings of validation messages about a literal, up to the quoted value. */
const LITERALS = [
  /^Expected value of type "([\w![\]]+)", found /,
  /^Enum "(\w+)" cannot represent /,
  /^Value ".*" does not exist in "(\w+)" enum/s,
  /^(\w+) cannot represent /,
] as const;

/**
 * Returns problems of an operation's variables in texts that quote no value: field, type and enum
 * members come from the schema. Empty if graphql-js accepts the variables.
 */
export function variableErrors(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Variables,
): readonly GraphQLError[] {
  const errors: GraphQLError[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type as never); // a named one or a list of it
    const value = variables?.[name];
    if (value === undefined || !isInputType(type)) continue;
    coerceInputValue(value, type, (path, invalid, { message }) => {
      if (errors.length >= limits.graphqlErrorsMax) return;
      const reason = reasonOf(typeAt(type, path), invalid, message);
      const pointer = ['', 'variables', name, ...path].join('/');
      const text = `Variable "$${name}" is not valid: ${placeOf(path)}${reason}`;
      errors.push(ours(text, [definition], [{ pointer, reason }]));
    });
  }
  return errors;
}

/** Replaces a validation error about a literal with a text that does not quote the value. */
export function withoutLiteral(
  schema: GraphQLSchema,
  document: DocumentNode,
  error: GraphQLError,
): GraphQLError {
  const [node] = error.nodes ?? [];
  const name = LITERALS.map((pattern) => pattern.exec(error.message)?.[1]).find(Boolean);
  const type = name && schema.getType(name.replaceAll(/[![\]]/g, ''));
  if (!type || node === undefined) return error;
  const text = `${placeOf(namesAround(document, node))}${expectation(type)}`;
  return ours(text, [node], []);
}

function ours(
  text: string,
  nodes: readonly ASTNode[],
  errors: readonly FieldError[],
): GraphQLError {
  return new GraphQLError(text, { nodes, originalError: badRequest(text, errors) });
}

function reasonOf(type: GraphQLInputType | undefined, value: unknown, message: string): string {
  if (type === undefined) return 'is not valid';
  if (value === null && isNonNullType(type)) return 'must not be null';
  const named = getNamedType(type);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isInputObjectType(named) || !isObject) return expectation(named);
  const [, missing, required] = MISSING_FIELD.exec(message) ?? [];
  if (missing !== undefined) return `must have the field ${missing} of type "${required}"`;
  const [, unknown] = UNKNOWN_FIELD.exec(message) ?? [];
  return unknown === undefined ? 'has an unknown field' : `has no field ${unknown}`;
}

function expectation(type: GraphQLNamedType): string {
  if (isEnumType(type)) {
    return `must be one of ${type
      .getValues()
      .map(({ name }) => name)
      .join(', ')}`;
  }
  const isOwn = isScalarType(type) && type.description;
  const isBuiltIn = ['Int', 'Float', 'String', 'Boolean', 'ID'].includes(type.name);
  const description = isOwn && !isBuiltIn ? `: ${type.description}` : '';
  const what = isInputObjectType(type) ? 'an object' : 'a value';
  return `must be ${what} of type "${type.name}"${description}`;
}

function typeAt(type: GraphQLInputType, path: Path): GraphQLInputType | undefined {
  let found: GraphQLInputType | undefined = type;
  for (const step of path) {
    const nullable: unknown = found && getNullableType(found);
    if (isListType(nullable)) found = nullable.ofType as GraphQLInputType; // of an input type
    else found = isInputObjectType(nullable) ? nullable.getFields()[step]?.type : undefined;
  }
  return found;
}

/** Renders `filter.outcome` or `names[2]`, followed by a space; empty for the whole. */
function placeOf(path: Path): string {
  const place = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return place === '' ? '' : `${place.replace(/^\./, '')} `;
}

/** Returns the names of the argument and the fields that contain a literal. */
function namesAround(document: DocumentNode, literal: ASTNode): readonly string[] {
  let names: readonly string[] = [];
  visit(document, {
    enter(node, _key, parent, _path, ancestors) {
      if (node !== literal) return;
      names = [...ancestors, parent, node].flatMap((one) => {
        // A list among them also contains its neighbours.
        if (one === undefined || !('kind' in one)) return [];
        return one.kind === Kind.ARGUMENT || one.kind === Kind.OBJECT_FIELD ? [one.name.value] : [];
      });
    },
  });
  return names;
}
