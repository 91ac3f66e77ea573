import type { KubeObject } from '../model/kube-object.js';
import type { SchemaSource } from '../model/schema-node.js';
import { canonicalObject } from '../schema/canonical-object.js';

/**
 * The object that a create changes. Kubernetes compares with an empty object of its Go type, whose
 * members exist already where an encoder always writes them, so that nobody becomes the owner of a
 * zero value; custom resources start from nothing.
 */
export function zeroObject({ apiVersion, kind }: KubeObject, schemas: SchemaSource): KubeObject {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const schema = schemas.forKind(group, version, kind);
  const members = schema === undefined ? {} : canonicalObject({}, schema, schemas);
  return { ...members, apiVersion, kind, metadata: {} };
}
