import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { namedRestMembers } from './named-rest-members.js';
import { graphqlSchema } from './graphql-schema.js';

/** Objects that are values: two with the same members are one. */
const values: readonly string[] = [
  'AccessAnswer',
  'Actor',
  'AuditCount',
  'AuditCounts',
  'EnvironmentKey',
  'EnvironmentProblem',
  'EnvironmentSource',
  'ImportCopy',
  'ImportSource',
  'ImportSpec',
  'ImportTarget',
  'ImportedKey',
  'KeyChanges',
  'KeyResize',
  'OwnerReference',
  'PageInfo',
  'RestoreResult',
  'RotationRunError',
  'SchemaExpiry',
  'SchemaFinding',
  'SchemaKey',
  'SchemaKeySet',
  'SchemaProblem',
  'SchemaRule',
  'SchemaValidation',
  'SchemaViolations',
  'SealingCertificate',
  'SecretChange',
  'SecretDiff',
  'SecretKey',
  'SecretValue',
  'ShareConsumer',
  'ShareSpec',
  'ShareSubject',
  'ShareTarget',
  'StoreAllowance',
  'StoreAuth',
  'StoreAwsAccessKey',
  'StoreAwsCredentials',
  'StoreAwsParameterStore',
  'StoreAwsSecretsManager',
  'StoreAwsWebIdentity',
  'StoreAzureKeyVault',
  'StoreGcpSecretManager',
  'StoreJwtAuth',
  'StoreKubernetes',
  'StoreKubernetesAuth',
  'StoreKubernetesToken',
  'StoreNotify',
  'StoreNotifyClaim',
  'StoreNotifyJwt',
  'StoreNotifySignature',
  'StoreNotifySns',
  'StoreOpenBao',
  'StoreSecretKey',
  'StoreSpec',
  'StoreWebhook',
  'StoreWebhookAuth',
  'StoreWebhookToken',
  'SyncKey',
  'SyncKeyStatus',
  'SyncOverwritten',
  'SyncOwner',
  'SyncRemote',
  'SyncRun',
  'SyncRunKey',
  'SyncSpec',
  'TokenScope',
];
/** Inputs that queries take, by the words of Kubernetes and of REST. */
const questions: readonly string[] = ['AccessRequest', 'AuditEventFilter', 'SecretFilter'];

let schema: GraphQLSchema;
let types: readonly GraphQLNamedType[];
let objects: readonly GraphQLObjectType[];

beforeAll(async () => {
  schema = await graphqlSchema();
  types = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
  );
  objects = types.filter((type) => isObjectType(type));
});

const named = (pattern: RegExp) => objects.filter(({ name }) => pattern.test(name));
const typesOf = (type: GraphQLObjectType) =>
  Object.fromEntries(
    Object.values(type.getFields()).map((field) => [field.name, String(field.type)]),
  );

describe('the GraphQL schema', () => {
  it('describes every type, field, argument and value', () => {
    const isRoot = (name: string) => ['Query', 'Mutation', 'Subscription'].includes(name);
    const bare = types.flatMap((type) => [
      ...(type.description === undefined && !isRoot(type.name) ? [type.name] : []),
      ...membersOf(type).flatMap(([name, description]) =>
        description ? [] : [`${type.name}.${name}`],
      ),
    ]);
    expect(bare).toEqual([]);
  });

  it('ends every description with a full stop', () => {
    const descriptions = types.flatMap((type) => [
      type.description ?? '.',
      ...membersOf(type).map(([, description]) => description ?? '.'),
    ]);
    expect(descriptions.filter((text) => !text.endsWith('.'))).toEqual([]);
  });

  it('says by which specification a DateTime is written', () => {
    expect(schema.getType('DateTime')).toMatchObject({
      specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
    });
  });

  it('names values of enums in capitals', () => {
    const names = types.flatMap((type) =>
      isEnumType(type) ? type.getValues().map(({ name }) => name) : [],
    );
    expect(names.filter((name) => !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name))).toEqual([]);
  });
});

describe('a list', () => {
  it('that has pages is a connection with edges, nodes and a whole PageInfo', () => {
    expect(named(/Connection$/).length).toBeGreaterThan(5);
    for (const connection of named(/Connection$/)) {
      const name = connection.name.replace(/Connection$/, '');
      const { nodes = '', ...rest } = typesOf(connection);
      const node = nodes.replace(/^\[(\w+)!\]!$/, '$1');
      expect(rest).toEqual({ edges: `[${name}Edge!]!`, pageInfo: 'PageInfo!' });
      const edge = objects.find((type) => type.name === `${name}Edge`);
      expect(edge && typesOf(edge)).toEqual({ cursor: 'String!', node: `${node}!` });
    }
    const [pageInfo] = named(/^PageInfo$/);
    expect(pageInfo && typesOf(pageInfo)).toEqual({
      hasNextPage: 'Boolean!',
      hasPreviousPage: 'Boolean!',
      startCursor: 'String',
      endCursor: 'String',
    });
  });

  it('is read forward by first and after', () => {
    const lists = objects
      .flatMap((type) => Object.values(type.getFields()))
      .filter(({ type }) => String(type).endsWith('Connection'));
    for (const list of lists) {
      const argumentTypes = Object.fromEntries(
        list.args.map((arg) => [arg.name, String(arg.type)]),
      );
      expect(argumentTypes).toMatchObject({ first: 'Int!', after: 'String' });
    }
  });
});

describe('an object', () => {
  it('has an id, unless it is a value', () => {
    const without = objects
      .filter((type) => !('id' in type.getFields()))
      .map(({ name }) => name)
      .filter((name) => !/(Connection|Edge|Payload)$|^(Query|Mutation|Subscription)$/.test(name));
    expect(without.toSorted()).toEqual(values);
  });

  it('has its id under one type', () => {
    const ids = objects.flatMap((type) => type.getFields()['id'] ?? []);
    expect(ids.map((field) => String(field.type)).filter((type) => type !== 'ID!')).toEqual([]);
  });
});

describe('a mutation', () => {
  it('takes one input of its own, and returns a payload of its own', () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    expect(mutations.length).toBeGreaterThan(15);
    for (const mutation of mutations) {
      const name = mutation.name.charAt(0).toUpperCase() + mutation.name.slice(1);
      expect(signatureOf(mutation)).toBe(`(input: ${name}Input!): ${name}Payload`);
    }
  });

  it('has inputs whose names say so', () => {
    const others = types
      .filter((type) => isInputObjectType(type) && !type.name.endsWith('Input'))
      .map(({ name }) => name);
    expect(others.toSorted()).toEqual(questions);
  });
});

describe('what REST returns', () => {
  it.each(namedRestMembers)('as $name, GraphQL has in $type too', ({ type, members }) => {
    const found = schema.getType(type);
    if (!isObjectType(found)) throw new Error(`${type} is no object`);
    expect(members.filter((member) => !(member in found.getFields()))).toEqual([]);
  });
});

function signatureOf({ args, type }: GraphQLField<unknown, unknown>): string {
  const given = args.map((arg) => `${arg.name}: ${String(arg.type)}`).join(', ');
  return `(${given}): ${String(type)}`;
}

/** Fields, arguments and values with their descriptions. */
function membersOf(type: GraphQLNamedType): [string, string | null | undefined][] {
  if (isEnumType(type)) return type.getValues().map(({ name, description }) => [name, description]);
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map(({ name, description }) => [name, description]);
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap(({ name, description, args }) => [
    [name, description] as [string, string | null | undefined],
    ...args.map((arg): [string, string | null | undefined] => [
      `${name}(${arg.name})`,
      arg.description,
    ]),
  ]);
}
