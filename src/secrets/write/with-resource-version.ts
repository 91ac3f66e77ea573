import type { SecretPatch } from '../domain/secret.store.js';

/** Adds a resourceVersion, which the API server compares with the stored one: 409. */
export function withResourceVersion(patch: SecretPatch, resourceVersion: string): SecretPatch {
  if (patch.kind === 'json') {
    const guard = { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion };
    return { kind: 'json', operations: [...patch.operations, guard] };
  }
  const metadata = patch.document['metadata'];
  return {
    kind: 'merge',
    document: { ...patch.document, metadata: { ...Object(metadata), resourceVersion } },
  };
}
