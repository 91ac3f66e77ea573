/** Whose decisions a change of RBAC objects concerns: those of a namespace, or every one. */
export type RbacConcern = { readonly namespace: string } | 'all';

/** Tells when kept decisions may have become wrong. */
export abstract class RbacChanges {
  /** `listener` is also called with 'all' where changes may have been missed. */
  abstract onChange(listener: (concern: RbacConcern) => void): void;
  /** False where a change could go unnoticed. */
  abstract isLive(): boolean;
}
