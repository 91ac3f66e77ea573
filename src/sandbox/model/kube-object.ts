export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object as `JSON.parse` makes it; absent members are undefined. */
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

/** Any object of the API: Secrets as well as custom resources. */
export interface KubeObject extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A deep copy: objects are never shared between a store, a request and an answer. */
export function cloneJson<T extends Json>(value: T): T {
  return structuredClone(value);
}

/** `metadata.name`, or the empty string where the object has none yet. */
export function nameOf(object: KubeObject): string {
  return object.metadata.name ?? '';
}
