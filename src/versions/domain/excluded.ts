/** Values of the cluster itself, or a history of its own: nothing that a history should hold. */
export const excludedTypes: readonly string[] = [
  'helm.sh/release.v1',
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
];

export interface Exclusions {
  readonly types: readonly string[];
  readonly namespaces: readonly string[];
}

/** Whether Secrets of a type in a namespace have no history. */
export function isExcluded(
  { types, namespaces }: Exclusions,
  secret: { readonly type: string; readonly namespace: string },
): boolean {
  return types.includes(secret.type) || namespaces.includes(secret.namespace);
}

/** The same for types, in the API server's terms: it does not even send them. */
export function typesFieldSelector(types: readonly string[]): string | undefined {
  // What could end the term or the selector is escaped by no rule that servers share.
  const plain = types.filter((type) => /^[\w./-]+$/.test(type));
  if (plain.length === 0) return undefined;
  return plain.map((type) => `type!=${type}`).join(',');
}
