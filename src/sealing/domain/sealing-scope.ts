import type { SecretRef, StringMap } from '../../secrets/domain/secret.js';

/** Bound of a sealed value: its name, its namespace, or none. */
export type SealingScope = 'strict' | 'namespace-wide' | 'cluster-wide';

const PREFIX = 'sealedsecrets.bitnami.com/';

/** Annotations of a SealedSecret that widen its scope; only the value `true` does. */
export const scopeAnnotations = {
  clusterWide: `${PREFIX}cluster-wide`,
  namespaceWide: `${PREFIX}namespace-wide`,
} as const;

/** Annotation of the Secret by which Sealed Secrets adds keys, and removes none. */
export const PATCH_ANNOTATION = `${PREFIX}patch`;

/**
 * Returns the scope that annotations of a SealedSecret state; undefined if they state two.
 * https://github.com/bitnami-labs/sealed-secrets#scopes
 */
export function scopeOf(annotations: StringMap): SealingScope | undefined {
  const isClusterWide = annotations[scopeAnnotations.clusterWide] === 'true';
  const isNamespaceWide = annotations[scopeAnnotations.namespaceWide] === 'true';
  if (isClusterWide && isNamespaceWide) return undefined;
  if (isClusterWide) return 'cluster-wide';
  return isNamespaceWide ? 'namespace-wide' : 'strict';
}

/**
 * Returns the label of RSA-OAEP, which binds a value to its scope. Names contain no `/`, so that no
 * label of one scope is a label of another.
 * https://github.com/bitnami-labs/sealed-secrets/blob/main/docs/developer/crypto.md
 */
export function sealingLabel({ namespace, name }: SecretRef, scope: SealingScope): string {
  switch (scope) {
    case 'strict':
      return `${namespace}/${name}`;
    case 'namespace-wide':
      return namespace;
    case 'cluster-wide':
      return '';
  }
}
