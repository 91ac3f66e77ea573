import type { KubeObject } from './kube-object.js';

export interface ObjectPath {
  /** Resource as `storageKey` returns it: `secrets`, `roles.rbac.authorization.k8s.io`. */
  readonly resource: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
}

/** Committed write. */
export interface Change extends ObjectPath {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Revision of `object`; grows by at least one with every change. */
  readonly revision: number;
  /** JSON text; after DELETED, the last state with the resourceVersion of the deletion. */
  readonly object: string;
  /** JSON text of the previous state; undefined after ADDED. */
  readonly previous: string | undefined;
}

/** Read access to the store for everything except the verbs. */
export interface ObjectReader {
  /** Returns a copy. */
  get(path: ObjectPath): KubeObject | undefined;
  /** Returns copies of all objects of a resource, optionally of one namespace. */
  all(resource: string, namespace?: string): readonly KubeObject[];
  /** Calls the listener synchronously after each commit, in order of revisions. */
  onChange(listener: (change: Change) => void): void;
}
