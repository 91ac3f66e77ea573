import type { StatusCause } from './api-status.js';
import type { PolicyRule, UserInfo } from './identity.js';
import type { KubeObject } from './kube-object.js';
import type { SchemaNode } from './schema-node.js';

export type Subresource = 'status' | 'scale' | 'token';

/** One cell is made per object; `priority` above 0 is shown by `kubectl get -o wide` alone. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  readonly priority: number;
  /** What `kubectl get` prints; undefined becomes null. `nowMs` is for ages. */
  cell(object: KubeObject, nowMs: number): string | number | boolean | undefined;
}

/** What a strategy may look at beside the objects. */
export interface StrategyContext {
  readonly user: UserInfo;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  /** Of the same sandbox; undefined where there is no such object. */
  read(resource: string, namespace: string, name: string): KubeObject | undefined;
  /** Whether the user may do this too; for rules that ask for a second right. */
  isAllowed(question: {
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    readonly namespace: string;
    readonly name: string;
  }): boolean;
  /** Every rule that holds for the user there. */
  rules(namespace: string): readonly PolicyRule[];
}

/**
 * What is particular to a kind, as `rest.Strategy` in Kubernetes: pure but for the context. The
 * verbs have checked metadata, namespace and resourceVersion before, and copy objects first, so
 * `prepare…` may change `object` in place.
 */
export interface Strategy {
  /** Folds (`stringData`), fills defaults, clears what clients may not set (`status`). */
  prepareForCreate?(object: KubeObject, context: StrategyContext): void;
  prepareForUpdate?(object: KubeObject, old: KubeObject, context: StrategyContext): void;
  /** What the server sets itself, once fields have got their owners: it belongs to nobody. */
  completeForCreate?(object: KubeObject): void;
  completeForUpdate?(object: KubeObject, old: KubeObject): void;
  /** As a mutating admission policy: what it sets belongs to nobody either. `old`: on update. */
  applyMutatingPolicy?(
    object: KubeObject,
    old: KubeObject | undefined,
    context: StrategyContext,
  ): void;
  validate?(object: KubeObject): readonly StatusCause[];
  /** Runs on create alone, before `validate`. */
  validateCreate?(object: KubeObject): readonly StatusCause[];
  /** Instead of `validate`, for a write of the `status` subresource. */
  validateStatus?(object: KubeObject): readonly StatusCause[];
  /** Runs in addition to `validate`, whose causes come behind these. */
  validateUpdate?(object: KubeObject, old: KubeObject): readonly StatusCause[];
  /** Causes of `validate` come before those of `validateUpdate`. */
  readonly isUpdateCheckedLast?: boolean;
  /** Admission-like: throws ApiStatusError, e.g. the RBAC escalation check. `old`: on update. */
  admit?(object: KubeObject, old: KubeObject | undefined, context: StrategyContext): void;
  /** As a validating admission policy, after all rules: throws ApiStatusError. `old`: on update. */
  applyValidatingPolicy?(
    object: KubeObject,
    old: KubeObject | undefined,
    context: StrategyContext,
  ): void;
  /** Texts for `Warning` headers. */
  warnings?(object: KubeObject): readonly string[];
  /** Whether PUT, and apply of an absent object, may create it. Default: false for PUT. */
  readonly canCreateOnUpdate?: boolean;
  /** Whether an update must name the resourceVersion that it is based on. */
  readonly requiresRevision?: boolean;
  /** `metadata.generation` counts changes of everything but metadata and status. */
  readonly countsGeneration?: boolean;
  /** DELETE answers with the object as it was last, not with a Status. */
  readonly returnsDeleted?: boolean;
  /**
   * For how many seconds an object stays that is to be deleted; absent: it goes at once. `asked`:
   * by the client.
   */
  gracePeriod?(object: KubeObject, asked: number | undefined): number;
  /** Deletion never waits for dependents, whatever propagation the client asks for. */
  readonly ignoresPropagation?: boolean;
  /** How a name is checked; default DNS subdomain. RBAC names are path segments. */
  readonly nameRule?: 'subdomain' | 'label' | 'pathSegment';
}

/** One served resource: what discovery says of it, and how its objects behave. */
export interface ResourceDefinition {
  readonly group: string;
  readonly version: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly isNamespaced: boolean;
  /** Of the resource itself; an unlisted verb is 405. */
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  readonly strategy: Strategy;
  readonly columns: readonly Column[];
  /** Structure of the whole object; undefined: anything goes. */
  readonly schema: SchemaNode | undefined;
  /** Field selectors beside metadata.name and metadata.namespace. */
  selectableFields?(object: KubeObject): Readonly<Record<string, string>>;
  /** True for custom resources: no strategic merge patch, and pruning by their own schema. */
  readonly isCustom: boolean;
}

/** `secrets`, `roles.rbac.authorization.k8s.io`: how stores and caches name a resource. */
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
