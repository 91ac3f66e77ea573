export type Json = null | boolean | number | string | Json[] | JsonObject;

/** JSON object from `JSON.parse`; absent members are undefined. */
export interface JsonObject {
  [name: string]: Json | undefined;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export interface ObjectMeta extends JsonObject {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: JsonObject[];
  managedFields?: JsonObject[];
}

/** Any object of the API, including Secrets and custom resources. */
export interface KubeObject extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns a deep copy: the store, a request and a response never share objects. */
export function cloneJson<T extends Json>(value: T): T {
  return structuredClone(value);
}

/** Returns `metadata.name`, or the empty string if the object has no name yet. */
export function nameOf(object: KubeObject): string {
  return object.metadata.name ?? '';
}
