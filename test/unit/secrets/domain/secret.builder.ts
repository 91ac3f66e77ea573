import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { SecretValue } from '../../../../src/core/secret-value.js';
import type { SecretManifest, StoredSecret } from '../../../../src/secrets/domain/secret.js';

/** Stands in every value that must not turn up in an error. */
export const marker = 'FIXTURE_LEAK';
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

export function values(entries: Readonly<Record<string, string | Uint8Array>>) {
  return new Map(Object.entries(entries).map(([key, value]) => [key, secretValue(value)]));
}

export function storedSecret(over: Partial<StoredSecret> = {}): StoredSecret {
  return {
    namespace: 'shop',
    name: 'database',
    uid: 'b7a9',
    resourceVersion: '41',
    type: 'Opaque',
    immutable: false,
    labels: { app: 'shop' },
    annotations: { note: 'kept', [lastApplied]: marker },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }],
    finalizers: ['example.com/wait'],
    data: values({ password: 'old', user: 'me' }),
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: undefined,
    writtenHereAt: undefined,
    ...over,
  };
}

export function manifest(over: Partial<SecretManifest> = {}): SecretManifest {
  const place = { namespace: 'shop', name: 'database' };
  const rest = { type: 'Opaque', immutable: false, labels: {}, annotations: {}, data: new Map() };
  return { ...place, ...rest, ...over };
}

/** The error that `act` throws, which must be ours and must not quote the marker. */
export function refusal(act: () => unknown): SallyportError {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error;
    const told = JSON.stringify([error.message, error.errors, error.internal, error.cause]);
    if (told.includes(marker)) throw new Error('the refusal quotes a value', { cause: error });
    return error;
  }
  throw new Error('nothing was refused');
}

export function pointers(act: () => unknown): string[] {
  return refusal(act).errors.map(({ pointer }) => pointer);
}

function secretValue(value: string | Uint8Array): SecretValue {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return SecretValue.fromBytes(bytes);
}
