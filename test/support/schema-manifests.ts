type Members = Readonly<Record<string, unknown>>;

export const localSchemasIn = (namespace: string): string =>
  `/apis/sallyport.dev/v1alpha1/namespaces/${namespace}/localsecretschemas`;

/** A LocalSecretSchema of a label that no Secret has; `spec` replaces parts of its own. */
export function localSchema(name: string, spec: Members = {}): Members {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'LocalSecretSchema',
    metadata: { name },
    spec: { appliesTo: { label: `label-of-${name}` }, mode: 'enforce', ...spec },
  };
}
