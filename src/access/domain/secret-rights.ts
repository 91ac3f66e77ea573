import type { ResourceRequest } from '../access.service.js';

/** Right and its alternatives; a denial is worded for the first right. */
export type Rights = readonly [ResourceRequest, ...ResourceRequest[]];

/** Kubernetes' own right, and an alternative that only the gateway knows. */
export type Either = readonly [kubernetes: ResourceRequest, virtual: ResourceRequest];

interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** Returns a verb on a Secret in Kubernetes' terms; `''` as the name for a whole namespace. */
export function secretRight(verb: string, ref: SecretName): ResourceRequest {
  return { verb, group: '', resource: 'secrets', namespace: ref.namespace, name: ref.name };
}

/** Returns rights to everything but the values of one Secret. */
export function metadataRights(ref: SecretName): Either {
  return [secretRight('get', ref), virtualRight('get', 'secretmetadata', ref)];
}

/**
 * Returns rights to metadata of a whole namespace; with a name only of that Secret, as the API
 * server takes the field selector `metadata.name`.
 */
export function listRights(namespace: string, name = ''): Either {
  const ref = { namespace, name };
  return [secretRight('list', ref), virtualRight('list', 'secretmetadata', ref)];
}

/** Returns rights to watch metadata of a whole namespace, or of one named Secret. */
export function watchRights(namespace: string, name = ''): Either {
  const ref = { namespace, name };
  return [secretRight('watch', ref), virtualRight('watch', 'secretmetadata', ref)];
}

/** Returns rights to the value of one key. */
export function readKeyRights(ref: SecretName, key: string): Either {
  return [secretRight('get', ref), keyRight('get', ref, key)];
}

/** Returns rights to one key and no other part of the Secret. */
export function writeKeyRights(verb: 'update' | 'delete', ref: SecretName, key: string): Either {
  return [secretRight('patch', ref), keyRight(verb, ref, key)];
}

/** Returns a verb on the versions of a Secret, or on an action; `''` as the name for all. */
export function versionRight(
  verb: string,
  ref: SecretName,
  subresource?: 'restore' | 'restore-retired' | 'destroy',
): ResourceRequest {
  const right = virtualRight(verb, 'secretversions', ref);
  return subresource === undefined ? right : { ...right, subresource };
}

/** Returns a verb on the rotation of a Secret, or on its runs. */
export function rotationRight(verb: string, ref: SecretName, subresource?: 'run'): ResourceRequest {
  const right = virtualRight(verb, 'secretrotations', ref);
  return subresource === undefined ? right : { ...right, subresource };
}

/** Returns a verb on a SecretShare, or on its revocation; `''` as the name for all. */
export function shareRight(verb: string, ref: SecretName, subresource?: 'revoke'): ResourceRequest {
  const right = virtualRight(verb, 'secretshares', ref);
  return subresource === undefined ? right : { ...right, subresource };
}

/** Returns a verb on a SecretImport; `get` includes the imported values. */
export function importRight(verb: string, ref: SecretName): ResourceRequest {
  return virtualRight(verb, 'secretimports', ref);
}

/** Returns a verb on a SecretSync, or on an action of it; `''` as the name for all. */
export function syncRight(
  verb: string,
  ref: SecretName,
  subresource?: 'run' | 'resolve',
): ResourceRequest {
  const right = virtualRight(verb, 'secretsyncs', ref);
  return subresource === undefined ? right : { ...right, subresource };
}

/** Returns a verb on an ExternalStore, which is in no namespace; `''` as the name for all. */
export function storeRight(verb: string, name: string): ResourceRequest {
  return virtualRight(verb, 'externalstores', { namespace: '', name });
}

/**
 * Returns a verb on a LocalSecretSchema, or on a SecretSchema if there is no namespace; `''` as the
 * name for all.
 */
export function schemaRight(verb: string, { namespace, name }: SecretName): ResourceRequest {
  const resource = namespace === '' ? 'secretschemas' : 'localsecretschemas';
  const isUnnamed = verb === 'create' || verb === 'list';
  return virtualRight(verb, resource, { namespace, name: isUnnamed ? '' : name });
}

/** Rights to see which keys a write has changed: to read them, or to list the versions. */
export function changesRights(ref: SecretName): Either {
  return [secretRight('get', ref), versionRight('list', ref)];
}

/** Reports whether Kubernetes itself knows the right, so that the caller can act with it. */
export function isKubernetesRight({ group }: ResourceRequest): boolean {
  return group === '';
}

/** Puts the key in the name, after a `/` that neither part can contain. */
function keyRight(verb: string, { namespace, name }: SecretName, key: string): ResourceRequest {
  return virtualRight(verb, 'secretkeys', { namespace, name: `${name}/${key}` });
}

/** Returns a right of this group, of which no resource is served: only the gateway checks it. */
function virtualRight(verb: string, resource: string, ref: SecretName): ResourceRequest {
  const { namespace, name } = ref;
  return { verb, group: 'sallyport.dev', resource, namespace, name };
}
