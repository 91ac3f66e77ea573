import type { StatusCause } from './api-status.js';
import type { PolicyRule, UserInfo } from './identity.js';
import type { KubeObject } from './kube-object.js';
import type { SchemaNode } from './schema-node.js';

export type Subresource = 'status' | 'scale' | 'token';

/** Column with one cell per object; only `kubectl get -o wide` prints a `priority` above 0. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  readonly priority: number;
  /** Returns the text of `kubectl get`; undefined becomes null. `nowMs` is for ages. */
  cell(object: KubeObject, nowMs: number): string | number | boolean | undefined;
}

/** Context of a strategy, in addition to the objects. */
export interface StrategyContext {
  readonly user: UserInfo;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  /** Reads an object of this sandbox; returns undefined if it does not exist. */
  read(resource: string, namespace: string, name: string): KubeObject | undefined;
  /** Reports whether the user has another right, for rules that require a second right. */
  isAllowed(question: {
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace: string;
    readonly name: string;
  }): boolean;
  /** Returns every rule that applies to the user in the namespace. */
  rules(namespace: string): readonly PolicyRule[];
}

/**
 * Behaviour of a kind, as `rest.Strategy` in Kubernetes, without side effects other than through
 * the context. The verbs first check metadata, namespace and resourceVersion, and copy the objects,
 * so `prepare…` may change `object` in place.
 */
export interface Strategy {
  /** Folds `stringData`, sets defaults, clears what clients may not set (`status`). */
  prepareForCreate?(object: KubeObject, context: StrategyContext): void;
  prepareForUpdate?(object: KubeObject, old: KubeObject, context: StrategyContext): void;
  /**
   * Sets fields of the server after the owners of fields are recorded; the fields have no owner.
   */
  completeForCreate?(object: KubeObject): void;
  completeForUpdate?(object: KubeObject, old: KubeObject): void;
  /**
   * Acts as a mutating admission policy; the fields that it sets have no owner. `old`: on update.
   */
  applyMutatingPolicy?(
    object: KubeObject,
    old: KubeObject | undefined,
    context: StrategyContext,
  ): void;
  /** `old`: on update. */
  validate?(object: KubeObject, old?: KubeObject): readonly StatusCause[];
  /** Runs only on create, before `validate`. */
  validateCreate?(object: KubeObject): readonly StatusCause[];
  /** Replaces `validate` for a write of the `status` subresource. */
  validateStatus?(object: KubeObject): readonly StatusCause[];
  /** Runs in addition to `validate`, whose causes come after these. */
  validateUpdate?(object: KubeObject, old: KubeObject): readonly StatusCause[];
  /** Whether causes of `validate` come before those of `validateUpdate`. */
  readonly isUpdateCheckedLast?: boolean;
  /** Acts as admission: throws ApiStatusError, e.g. for RBAC escalation. `old`: on update. */
  admit?(object: KubeObject, old: KubeObject | undefined, context: StrategyContext): void;
  /**
   * Acts as a validating admission policy, after all rules. Throws ApiStatusError. `old`: on
   * update.
   */
  applyValidatingPolicy?(
    object: KubeObject,
    old: KubeObject | undefined,
    context: StrategyContext,
  ): void;
  /** Returns texts for `Warning` headers. */
  warnings?(object: KubeObject): readonly string[];
  /** Whether PUT, or apply of an absent object, may create the object. Default: false for PUT. */
  readonly canCreateOnUpdate?: boolean;
  /** Whether an update must contain the resourceVersion that it is based on. */
  readonly requiresRevision?: boolean;
  /** Whether `metadata.generation` counts changes outside metadata and status. */
  readonly countsGeneration?: boolean;
  /** Whether the response of a DELETE is the object's last state, not a Status. */
  readonly returnsDeleted?: boolean;
  /**
   * Returns the seconds until a deleted object is removed; absent: it is removed immediately.
   * `asked`: by the client.
   */
  gracePeriod?(object: KubeObject, asked: number | undefined): number;
  /** Whether deletion never waits for dependents, whatever propagation the client requests. */
  readonly ignoresPropagation?: boolean;
  /** Rule for names; default: DNS subdomain. RBAC names are path segments. */
  readonly nameRule?: 'subdomain' | 'label' | 'pathSegment';
}

/** Served resource: its discovery data, and the behaviour of its objects. */
export interface ResourceDefinition {
  readonly group: string;
  readonly version: string;
  /** Plural name, lower case. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly isNamespaced: boolean;
  /** Verbs of the resource itself; other verbs are 405. */
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  readonly strategy: Strategy;
  readonly columns: readonly Column[];
  /** Schema of the whole object; undefined: any content is valid. */
  readonly schema: SchemaNode | undefined;
  /** Field selectors in addition to metadata.name and metadata.namespace. */
  selectableFields?(object: KubeObject): Readonly<Record<string, string>>;
  /** Whether the resource is custom: no strategic merge patch, and pruning by its own schema. */
  readonly isCustom: boolean;
}

/** Returns the name of a resource in stores and caches: `roles.rbac.authorization.k8s.io`. */
export function storageKey(definition: {
  readonly group: string;
  readonly resource: string;
}): string {
  const { group, resource } = definition;
  return group === '' ? resource : `${resource}.${group}`;
}

export function apiVersionOf(definition: {
  readonly group: string;
  readonly version: string;
}): string {
  const { group, version } = definition;
  return group === '' ? version : `${group}/${version}`;
}
