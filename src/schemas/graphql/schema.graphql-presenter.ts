import { encodeCursor, type Page } from '../../core/page.js';
import { toConnection } from '../../platform/graphql/connection.js';
import { objectId } from '../../platform/graphql/object-id.js';
import { type KeySpec, type SchemaSpec, schemaSpecSchema } from '../domain/schema-spec.js';
import type { SchemaView } from '../domain/schema-view.js';
import type {
  LocalSecretSchema,
  SchemaExpiry,
  SchemaKey,
  SecretSchema,
} from './secret-schema.objects.js';

/** Presents a schema; the plan of a dry run has another id, and no tag. */
export function presentSchema(view: SchemaView, { isPlan = false } = {}): SecretSchema {
  const { name, etag } = view;
  const id = isPlan ? objectId('SecretSchema', name, 'dryRun') : schemaId(name);
  return { id, ...membersOf(view), etag: isPlan ? null : etag };
}

/** Presents a schema of a namespace. */
export function presentLocalSchema(
  namespace: string,
  view: SchemaView,
  { isPlan = false } = {},
): LocalSecretSchema {
  const { name, etag } = view;
  const id = isPlan
    ? objectId('LocalSecretSchema', namespace, name, 'dryRun')
    : localSchemaId(namespace, name);
  return { id, namespace, ...membersOf(view), etag: isPlan ? null : etag };
}

/** Presents a page of schemas of the cluster and of the gateway. */
export function presentSchemas(page: Page<SchemaView>) {
  return toConnection(page, (view) => ({ cursor: cursorOf(view), node: presentSchema(view) }));
}

/** Presents a page of schemas of a namespace. */
export function presentLocalSchemas(namespace: string, page: Page<SchemaView>) {
  return toConnection(page, (view) => ({
    cursor: cursorOf(view),
    node: presentLocalSchema(namespace, view),
  }));
}

export function schemaId(name: string): string {
  return objectId('SecretSchema', name);
}

export function localSchemaId(namespace: string, name: string): string {
  return objectId('LocalSecretSchema', namespace, name);
}

function cursorOf({ name }: SchemaView): string {
  return encodeCursor({ after: name });
}

function membersOf({ name, spec, readOnly }: SchemaView): Omit<SecretSchema, 'id' | 'etag'> {
  const { builtIn, state, problems, violations } = readOnly;
  const { data } = schemaSpecSchema.safeParse(spec);
  const rules = data === undefined ? unusable : rulesOf(data);
  return { name, builtIn, ...rules, state, problems, violations };
}

type Rules = Omit<SecretSchema, 'id' | 'name' | keyof SchemaView['readOnly'] | 'etag'>;

/** Rules of a spec with mistakes, which checks nothing. */
const unusable: Rules = {
  description: null,
  types: [],
  label: null,
  mode: null,
  checkUnchanged: false,
  additionalKeys: true,
  keys: [],
  oneOf: [],
  rules: [],
  expires: null,
};

function rulesOf(spec: SchemaSpec): Rules {
  const { description = null, appliesTo, mode, checkUnchanged, additionalKeys, oneOf } = spec;
  const { types, label = null } = appliesTo;
  const rules = spec.rules.map(({ rule, message = null }) => ({ rule, message }));
  const ofKeys = { keys: keysOf(spec), oneOf, rules, expires: expiryOf(spec) };
  return { description, types, label, mode, checkUnchanged, additionalKeys, ...ofKeys };
}

function keysOf(spec: SchemaSpec): readonly SchemaKey[] {
  const byName = Object.entries(spec.keys).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return byName.map(([name, rules]) => keyOf(name, rules));
}

function keyOf(name: string, rules: KeySpec): SchemaKey {
  return {
    name,
    description: rules.description ?? null,
    examples: rules.examples ?? [],
    required: rules.required,
    kind: rules.kind ?? null,
    passwordKey: rules.passwordKey ?? null,
    format: rules.format,
    schema: rules.schema === undefined ? null : JSON.stringify(rules.schema),
    generate: rules.generate === undefined ? null : JSON.stringify(rules.generate),
  };
}

function expiryOf({ expires }: SchemaSpec): SchemaExpiry | null {
  if (expires === undefined) return null;
  const { certificate = null, jwt = null, key = null, annotation = null } = expires;
  return { certificate, jwt, key, annotation };
}
