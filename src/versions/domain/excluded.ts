/** Types with values of the cluster itself, or with their own history: not recorded. */
export const excludedTypes: readonly string[] = [
  'helm.sh/release.v1',
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
];

export interface Exclusions {
  readonly types: readonly string[];
  readonly namespaces: readonly string[];
}

/** Reports whether Secrets of a type in a namespace have no history. */
export function isExcluded(
  { types, namespaces }: Exclusions,
  secret: { readonly type: string; readonly namespace: string },
): boolean {
  return types.includes(secret.type) || namespaces.includes(secret.namespace);
}

/** Returns a field selector of types: the API server does not even send these Secrets. */
export function typesFieldSelector(types: readonly string[]): string | undefined {
  // Servers share no escape rule for characters that could end the term or the selector.
  const plain = types.filter((type) => /^[\w./-]+$/.test(type));
  if (plain.length === 0) return undefined;
  return plain.map((type) => `type!=${type}`).join(',');
}
