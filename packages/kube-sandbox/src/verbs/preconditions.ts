import { goQuote } from '../authz/go-quote.js';
import { ApiStatusError, conflict, invalid } from '../model/api-status.js';
import { type KubeObject, nameOf } from '../model/kube-object.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import { registryKey } from '../registry/registry-key.js';

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';
const uint64Max = 2n ** 64n - 1n;

/** Returns an object's resourceVersion, or 0. Throws 500 if invalid, as the API server does. */
export function givenRevision({ metadata }: KubeObject): bigint {
  const text = metadata.resourceVersion ?? '';
  if (text === '') return 0n;
  const why = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  const revision = why === 'invalid syntax' ? undefined : BigInt(text);
  if (revision !== undefined && revision <= uint64Max) return revision;
  throw new ApiStatusError(500, '', `strconv.ParseUint: parsing ${goQuote(text)}: ${why}`);
}

/** Throws 409 for another version; throws 422 without one if the kind requires it. */
export function refuseStale(
  definition: ResourceDefinition,
  object: KubeObject,
  old: KubeObject,
): void {
  const { group, resource, strategy } = definition;
  const revision = givenRevision(object);
  if (revision === 0n) {
    if (strategy.requiresRevision !== true) return;
    const message = 'Invalid value: 0: must be specified for an update';
    const cause = { reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' };
    throw invalid({ group, kind: resource }, nameOf(old), [cause]);
  }
  if (revision !== givenRevision(old)) throw conflict(definition, nameOf(old), MODIFIED);
}

/** Throws 409 unless the uid in the body of a PUT is the object's uid. */
export function refuseOtherUid(
  definition: ResourceDefinition,
  { metadata }: KubeObject,
  old: KubeObject | undefined,
): void {
  const { uid = '', name = '', namespace = '' } = metadata;
  const stored = old?.metadata.uid ?? '';
  if (uid === '' || uid === stored) return;
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored}`;
  const key = registryKey(definition, { resource: definition.resource, namespace, name });
  const error = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0`;
  throw conflict(definition, name, `${error}, AdditionalErrorMsg: ${why}`);
}
