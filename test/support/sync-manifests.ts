type Members = Readonly<Record<string, unknown>>;

const apiVersion = 'sallyport.dev/v1alpha1';

/** Path of the stores, which are in no namespace. */
export const externalStores = `/apis/${apiVersion}/externalstores`;

export const syncsIn = (namespace: string): string =>
  `/apis/${apiVersion}/namespaces/${namespace}/secretsyncs`;

/** A SecretSync of Secret `db` with store `vault`; `spec` replaces parts of its own. */
export function secretSync(name: string, spec: Members = {}, metadata: Members = {}): Members {
  return {
    apiVersion,
    kind: 'SecretSync',
    metadata: { name, ...metadata },
    spec: {
      ...{ secretName: 'db', storeName: 'vault', serviceAccountName: 'sallyport-sync' },
      ...{ remote: { name: 'db' }, direction: 'push', ...spec },
    },
  };
}

/** An ExternalStore at which nothing answers; `spec` replaces parts of its own. */
export function externalStore(name: string, spec: Members = {}, metadata: Members = {}): Members {
  const auth = { jwt: { role: 'sync', audience: 'openbao' } };
  return {
    apiVersion,
    kind: 'ExternalStore',
    metadata: { name, ...metadata },
    spec: { openbao: { url: 'https://bao.example:8200', auth }, ...spec },
  };
}
