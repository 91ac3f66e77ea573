/** Scope of an RBAC change: the decisions of a namespace, or all decisions. */
export type RbacConcern = { readonly namespace: string } | 'all';

/** Source of RBAC changes, which may make cached decisions wrong. */
export abstract class RbacChanges {
  /** Adds `listener`, which is also called with 'all' if changes may have been missed. */
  abstract onChange(listener: (concern: RbacConcern) => void): void;
  /** Returns false if a change could go unnoticed. */
  abstract isLive(): boolean;
}
