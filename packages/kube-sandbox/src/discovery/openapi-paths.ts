import type { JsonObject } from '../model/kube-object.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import {
  deleteOptionsName,
  listNameOf,
  patchName,
  type PublishedSchemas,
  refTo,
  schemaNameOf,
  statusName,
} from './openapi-schemas.js';
import { type SubresourceKind, subresourceKinds } from './served-verbs.js';

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface Subject {
  readonly kind: Kind;
  readonly schemaName: string | undefined;
  readonly patchTypes: readonly string[];
}

/** `action` is the value of `x-kubernetes-action`. */
interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly action: string;
  readonly verb: string;
}

const onCollection: readonly Operation[] = [
  { method: 'get', action: 'list', verb: 'list' },
  { method: 'post', action: 'post', verb: 'create' },
  { method: 'delete', action: 'deletecollection', verb: 'deletecollection' },
];
const onObject: readonly Operation[] = [
  { method: 'get', action: 'get', verb: 'get' },
  { method: 'put', action: 'put', verb: 'update' },
  { method: 'delete', action: 'delete', verb: 'delete' },
  { method: 'patch', action: 'patch', verb: 'patch' },
];
const onSubresource: readonly Operation[] = [
  ...onObject,
  { method: 'post', action: 'post', verb: 'create' },
];

/** kubectl checks these parameters for field validation and dry run. */
const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'] as const;
const queryParameters: Readonly<Record<Operation['method'], readonly string[]>> = {
  get: [],
  post: writeParameters,
  put: writeParameters,
  patch: [...writeParameters, 'force'],
  delete: ['dryRun', 'gracePeriodSeconds', 'orphanDependents', 'propagationPolicy'],
};
const parameterTypes: Readonly<Record<string, string>> = {
  force: 'boolean',
  gracePeriodSeconds: 'integer',
  orphanDependents: 'boolean',
};

function queryParameter(name: string): JsonObject {
  const type = parameterTypes[name] ?? 'string';
  return { name, in: 'query', schema: { type, uniqueItems: true } };
}

function pathParameters(path: string): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', uniqueItems: true },
  }));
}

function content(types: readonly string[], schemaName: string): JsonObject {
  const { $ref = '' } = refTo(schemaName);
  return Object.fromEntries(types.map((type) => [type, { schema: { $ref } }]));
}

function requestBody(method: Operation['method'], subject: Subject): JsonObject {
  if (method === 'get') return {};
  if (method === 'delete') return { requestBody: { content: content(['*/*'], deleteOptionsName) } };
  if (method === 'patch') {
    return { requestBody: { content: content(subject.patchTypes, patchName), required: true } };
  }
  const { schemaName } = subject;
  if (schemaName === undefined) return {};
  return { requestBody: { content: content(['*/*'], schemaName), required: true } };
}

function operation({ method, action }: Operation, subject: Subject, answer?: string): JsonObject {
  const parameters = queryParameters[method].map(queryParameter);
  const schemaName = method === 'delete' ? statusName : answer;
  const body =
    schemaName === undefined ? {} : { content: content(['application/json'], schemaName) };
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(method, subject),
    responses: { 200: { description: 'OK', ...body } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { ...subject.kind },
  };
}

function patchTypes({ isCustom }: ResourceDefinition): readonly string[] {
  return [
    'application/apply-patch+yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(isCustom ? [] : ['application/strategic-merge-patch+json']),
  ];
}

function ofResource(definition: ResourceDefinition, schemas: PublishedSchemas): Subject {
  const { group, version, kind } = definition;
  const schemaName = schemaNameOf(definition, schemas);
  return { kind: { group, version, kind }, schemaName, patchTypes: patchTypes(definition) };
}

/** Status operations use the resource's own schema. */
function ofSubresource(
  definition: ResourceDefinition,
  sub: SubresourceKind,
  schemas: PublishedSchemas,
): Subject {
  const own = ofResource(definition, schemas);
  if (sub.subresource === 'status') return own;
  const { group, version, kind } = sub;
  const schemaName = schemas.definitionName(group, version, kind);
  return { ...own, kind: definition.isCustom ? own.kind : { group, version, kind }, schemaName };
}

type PathItems = Map<string, JsonObject>;

function add(
  items: PathItems,
  path: string,
  operations: Readonly<Record<string, JsonObject>>,
): void {
  const parameters = pathParameters(path);
  if (Object.keys(operations).length === 0) return;
  items.set(path, { ...operations, ...(parameters.length === 0 ? {} : { parameters }) });
}

function pick(
  all: readonly Operation[],
  verbs: readonly string[],
  make: (operation: Operation) => JsonObject,
): Record<string, JsonObject> {
  const served = all.filter(({ verb }) => verbs.includes(verb));
  return Object.fromEntries(served.map((one) => [one.method, make(one)]));
}

/** Returns the paths of one resource and its subresources. */
export function pathsOf(definition: ResourceDefinition, schemas: PublishedSchemas): PathItems {
  const { group, version, resource, verbs, isNamespaced, listKind } = definition;
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const everywhere = `${base}/${resource}`;
  const collection = isNamespaced ? `${base}/namespaces/{namespace}/${resource}` : everywhere;
  const subject = ofResource(definition, schemas);
  const { schemaName } = subject;
  const listName = schemaName && listNameOf(schemaName, listKind);
  const items: PathItems = new Map();
  const onAll = (one: Operation): JsonObject =>
    operation(one, subject, one.action === 'list' ? listName : schemaName);
  add(items, collection, pick(onCollection, verbs, onAll));
  if (isNamespaced) add(items, everywhere, pick(onCollection.slice(0, 1), verbs, onAll));
  add(items, `${collection}/{name}`, pick(onObject, verbs, onAll));
  for (const sub of subresourceKinds(definition)) {
    const about = ofSubresource(definition, sub, schemas);
    const make = (one: Operation): JsonObject => operation(one, about, about.schemaName);
    add(items, `${collection}/{name}/${sub.subresource}`, pick(onSubresource, sub.verbs, make));
  }
  return items;
}
