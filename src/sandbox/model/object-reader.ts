import type { KubeObject } from './kube-object.js';

export interface ObjectPath {
  /** As `storageKey` makes it: `secrets`, `roles.rbac.authorization.k8s.io`. */
  readonly resource: string;
  /** Empty for objects of the cluster. */
  readonly namespace: string;
  readonly name: string;
}

/** One committed write. */
export interface Change extends ObjectPath {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** That of `object`; grows by at least one with every change. */
  readonly revision: number;
  /** JSON text; after DELETED the last state, with the resourceVersion of the deletion. */
  readonly object: string;
  /** JSON text of the state before; undefined after ADDED. */
  readonly previous: string | undefined;
}

/** What parts beside the verbs may know of the store. */
export interface ObjectReader {
  /** A copy of its own. */
  get(path: ObjectPath): KubeObject | undefined;
  /** Every object of a resource, in one namespace where one is given, as copies. */
  all(resource: string, namespace?: string): readonly KubeObject[];
  /** Called synchronously after each commit, in order of revisions. */
  onChange(listener: (change: Change) => void): void;
}
