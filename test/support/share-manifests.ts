type Members = Readonly<Record<string, unknown>>;

const apiVersion = 'sallyport.dev/v1alpha1';

export const sharesIn = (namespace: string): string =>
  `/apis/${apiVersion}/namespaces/${namespace}/secretshares`;

export const importsIn = (namespace: string): string =>
  `/apis/${apiVersion}/namespaces/${namespace}/secretimports`;

/** A SecretShare of the key `password` of Secret `db`; `spec` replaces parts of its own. */
export function secretShare(name: string, spec: Members = {}, metadata: Members = {}): Members {
  return {
    apiVersion,
    kind: 'SecretShare',
    metadata: { name, ...metadata },
    spec: { secretName: 'db', keys: ['password'], to: [{ namespace: 'shop' }], ...spec },
  };
}

/** A SecretImport of the share `db` of namespace `pay`; `spec` replaces parts of its own. */
export function secretImport(name: string, spec: Members = {}, metadata: Members = {}): Members {
  return {
    apiVersion,
    kind: 'SecretImport',
    metadata: { name, ...metadata },
    spec: { from: { namespace: 'pay', share: 'db' }, ...spec },
  };
}
