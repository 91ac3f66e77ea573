import type { KubeObject } from '../model/kube-object.js';
import type { SchemaSource } from '../model/schema-node.js';
import { canonicalObject } from '../schema/canonical-object.js';

/**
 * Returns the object that a create starts from. Kubernetes compares with an empty object of the Go
 * type, which has the members that Go's encoder always writes. So zero values get no owner. Custom
 * resources start from nothing.
 */
export function zeroObject({ apiVersion, kind }: KubeObject, schemas: SchemaSource): KubeObject {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const schema = schemas.forKind(group, version, kind);
  const members = schema === undefined ? {} : canonicalObject({}, schema, schemas);
  return { ...members, apiVersion, kind, metadata: {} };
}
