import type { ResourceRequest } from '../access.service.js';

/** A right and those that do as well; a denial is worded for the first. */
export type Rights = readonly [ResourceRequest, ...ResourceRequest[]];

/** Kubernetes' own right, and one that only the gateway knows. */
export type Either = readonly [kubernetes: ResourceRequest, virtual: ResourceRequest];

interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** A verb on a Secret as Kubernetes has it; `''` as the name for a whole namespace. */
export function secretRight(verb: string, ref: SecretName): ResourceRequest {
  return { verb, group: '', resource: 'secrets', namespace: ref.namespace, name: ref.name };
}

/** Everything but values of one Secret. */
export function metadataRights(ref: SecretName): Either {
  return [secretRight('get', ref), virtualRight('get', 'secretmetadata', ref)];
}

/**
 * Metadata of a whole namespace; with a name only of that Secret, as the API server takes the field
 * selector `metadata.name`.
 */
export function listRights(namespace: string, name = ''): Either {
  const ref = { namespace, name };
  return [secretRight('list', ref), virtualRight('list', 'secretmetadata', ref)];
}

/** Changes of the metadata of a whole namespace, or of the one Secret that is named. */
export function watchRights(namespace: string, name = ''): Either {
  const ref = { namespace, name };
  return [secretRight('watch', ref), virtualRight('watch', 'secretmetadata', ref)];
}

/** The value of one key. */
export function readKeyRights(ref: SecretName, key: string): Either {
  return [secretRight('get', ref), keyRight('get', ref, key)];
}

/** One key and no other part of the Secret. */
export function writeKeyRights(verb: 'update' | 'delete', ref: SecretName, key: string): Either {
  return [secretRight('patch', ref), keyRight(verb, ref, key)];
}

/** A verb on the versions of a Secret, or what is done to them; `''` as the name for all there. */
export function versionRight(
  verb: string,
  ref: SecretName,
  subresource?: 'restore' | 'restore-retired' | 'destroy',
): ResourceRequest {
  const right = virtualRight(verb, 'secretversions', ref);
  return subresource === undefined ? right : { ...right, subresource };
}

/** A verb on the rotation of a Secret, or on its runs. */
export function rotationRight(verb: string, ref: SecretName, subresource?: 'run'): ResourceRequest {
  const right = virtualRight(verb, 'secretrotations', ref);
  return subresource === undefined ? right : { ...right, subresource };
}

/** Which keys a write has changed: to whoever may read them, or list what they were. */
export function changesRights(ref: SecretName): Either {
  return [secretRight('get', ref), versionRight('list', ref)];
}

/** Whether Kubernetes itself knows the right, so that the caller can act with it. */
export function isKubernetesRight({ group }: ResourceRequest): boolean {
  return group === '';
}

/** A key stands in the name, behind a `/` that neither part can hold. */
function keyRight(verb: string, { namespace, name }: SecretName, key: string): ResourceRequest {
  return virtualRight(verb, 'secretkeys', { namespace, name: `${name}/${key}` });
}

/** No resource of this group is served: only the gateway asks about them. */
function virtualRight(verb: string, resource: string, ref: SecretName): ResourceRequest {
  const { namespace, name } = ref;
  return { verb, group: 'sallyport.dev', resource, namespace, name };
}
