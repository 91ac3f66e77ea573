import { unavailable } from '../core/errors/sallyport-error.js';
import { SecretValue } from '../core/secret-value.js';
import type {
  OwnerReference,
  SecretData,
  SecretManifest,
  StoredSecret,
  StringMap,
} from '../secrets/domain/secret.js';
import type { CachedSecret } from '../secrets/domain/cache/cached-secret.js';
import type { DeleteAnswer } from '../secrets/domain/secret.store.js';
import type { KubeObject } from './kube-exchange.js';
import { listOf, parseJson, recordOf, textOf } from './kube-json.js';
import { SharedValues } from './shared-values.js';

/** Field manager name of the gateway at the API server. */
export const FIELD_MANAGER = 'sallyport';

const namespaces = new SharedValues<string>();
const keyLists = new SharedValues<readonly string[]>();
/** Shared by most Secrets: one object for all cached states. */
const nothing: StringMap = Object.freeze({});

/** Parses a Secret of the API server. Throws Unavailable if it is invalid. */
export function toStoredSecret(json: unknown): StoredSecret {
  const object = recordOf(json);
  const metadata = recordOf(object['metadata']);
  return {
    namespace: requiredText(metadata, 'namespace'),
    name: requiredText(metadata, 'name'),
    // A dry run returns a created object without a version.
    uid: textOf(metadata['uid']),
    resourceVersion: textOf(metadata['resourceVersion']),
    type: textOf(object['type']) || 'Opaque',
    immutable: object['immutable'] === true,
    labels: stringMap(metadata['labels']),
    annotations: stringMap(metadata['annotations']),
    ownerReferences: listOf(metadata['ownerReferences']).map(ownerReference),
    finalizers: listOf(metadata['finalizers']).map(textOf),
    data: dataOf(object['data']),
    createdAt: textOf(metadata['creationTimestamp']),
    updatedAt: latestChange(metadata['managedFields']),
    writtenHereAt: latestChange(metadata['managedFields'], isOfGateway),
    writtenElsewhereAt: latestChange(metadata['managedFields'], (name) => !isOfGateway(name)),
    fieldManagers: managersOf(metadata['managedFields']),
    ...appliedKeysOf(metadata['managedFields']),
    ...(textOf(metadata['deletionTimestamp']) === '' ? {} : { isBeingDeleted: true }),
  };
}

/** Parses a state to cache, from an object of a list or a watch. Throws Unavailable if invalid. */
export function toCachedSecret(object: KubeObject): CachedSecret {
  const metadata = recordOf(object['metadata']);
  // List items contain neither kind nor apiVersion.
  const whole = { kind: 'Secret', apiVersion: 'v1', ...object };
  const namespace = requiredText(metadata, 'namespace');
  const keys = Object.keys(recordOf(object['data'])).toSorted();
  return {
    namespace: namespaces.of(namespace, namespace),
    name: requiredText(metadata, 'name'),
    uid: requiredText(metadata, 'uid'),
    resourceVersion: requiredText(metadata, 'resourceVersion'),
    type: textOf(object['type']) || 'Opaque',
    labels: stringMap(metadata['labels']),
    // No key name contains a line break.
    keys: keyLists.of(keys.join('\n'), keys),
    document: SecretValue.ofKeptText(JSON.stringify(whole)),
  };
}

/** Parses the object of a cached state. Throws Unavailable if it cannot be read. */
export function readCachedSecret({ document }: CachedSecret): StoredSecret {
  return toStoredSecret(parseJson(document.reveal()));
}

/** Returns the request body of a create or an update. */
export function toKubeSecret(manifest: SecretManifest): KubeObject {
  const { namespace, name, uid, resourceVersion, ownerReferences, finalizers } = manifest;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      labels: manifest.labels,
      annotations: manifest.annotations,
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    type: manifest.type,
    // Absent means false, and avoids a difference from what kubectl writes.
    ...(manifest.immutable ? { immutable: true } : {}),
    data: toKubeData(manifest.data),
  };
}

/** Returns values as the API server takes them. */
export function toKubeData(data: SecretData): Readonly<Record<string, string>> {
  // fromEntries defines members, so that a key `__proto__` stays a key.
  return Object.fromEntries([...data].map(([key, value]) => [key, value.revealBase64()]));
}

/** Parses a Status about a deleted object, or an object that finalizers keep. */
export function toDeleteAnswer(answer: KubeObject): DeleteAnswer {
  const isGone = answer['kind'] === 'Status';
  const described = recordOf(answer[isGone ? 'details' : 'metadata']);
  const [uid, resourceVersion] = [textOf(described['uid']), textOf(described['resourceVersion'])];
  return {
    ...(uid === '' ? {} : { uid }),
    ...(isGone || resourceVersion === '' ? {} : { resourceVersion }),
  };
}

function dataOf(json: unknown): ReadonlyMap<string, SecretValue> {
  const data = new Map<string, SecretValue>();
  for (const [key, value] of Object.entries(recordOf(json))) {
    const decoded = typeof value === 'string' ? SecretValue.fromBase64(value) : undefined;
    if (decoded === undefined) throw notASecret('data is not base64');
    data.set(key, decoded);
  }
  return data;
}

function stringMap(json: unknown): StringMap {
  const entries = Object.entries(recordOf(json));
  if (entries.length === 0) return nothing;
  return Object.fromEntries(entries.map(([key, value]) => [key, textOf(value)]));
}

function ownerReference(json: unknown): OwnerReference {
  const { apiVersion, kind, name, uid, controller, blockOwnerDeletion } = recordOf(json);
  return {
    apiVersion: textOf(apiVersion),
    kind: textOf(kind),
    name: textOf(name),
    uid: textOf(uid),
    ...(typeof controller === 'boolean' ? { controller } : {}),
    ...(typeof blockOwnerDeletion === 'boolean' ? { blockOwnerDeletion } : {}),
  };
}

function managersOf(managedFields: unknown): readonly string[] {
  return [...new Set(listOf(managedFields).map((entry) => textOf(recordOf(entry)['manager'])))];
}

/** Reports the gateway's own manager, and those of the imports whose copies it writes. */
function isOfGateway(manager: string): boolean {
  return manager === FIELD_MANAGER || manager.startsWith(`${FIELD_MANAGER}-`);
}

/** Returns the keys of each manager that applied some. */
function appliedKeysOf(managedFields: unknown): Pick<StoredSecret, 'appliedKeys'> {
  const applied = listOf(managedFields)
    .map(recordOf)
    .filter(({ operation }) => operation === 'Apply')
    .map(({ manager, fieldsV1 }) => [textOf(manager), keysIn(fieldsV1)] as const);
  return applied.length === 0 ? {} : { appliedKeys: new Map(applied) };
}

/** Returns the keys of `data` in a set of fields, such as `{"f:data":{"f:password":{}}}`. */
function keysIn(fields: unknown): readonly string[] {
  const names = Object.keys(recordOf(recordOf(fields)['f:data']));
  return names.filter((name) => name.startsWith('f:')).map((name) => name.slice('f:'.length));
}

/** Returns the latest change, RFC 3339 in UTC, so that text order is time order. */
function latestChange(
  managedFields: unknown,
  isBy: (manager: string) => boolean = () => true,
): string | undefined {
  const times = listOf(managedFields)
    .map(recordOf)
    .filter((entry) => isBy(textOf(entry['manager'])))
    .map((entry) => textOf(entry['time']));
  return times.reduce((latest, time) => (time > latest ? time : latest), '') || undefined;
}

function requiredText(metadata: KubeObject, member: string): string {
  const text = textOf(metadata[member]);
  if (text === '') throw notASecret(`metadata.${member} is missing`);
  return text;
}

function notASecret(internal: string) {
  return unavailable('the cluster gave an unexpected answer', { internal });
}
