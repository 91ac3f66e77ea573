import type { SecretPatch } from './secret.store.js';

const preconditions: readonly string[] = ['uid', 'resourceVersion'];

/** Reports whether a patch changes and tests only keys of a Secret. */
export function isOfKeysOnly(patch: SecretPatch): boolean {
  if (patch.kind === 'json') {
    return patch.operations.every(({ path, from }) => isKeyPath(path) && isKeyPath(from ?? path));
  }
  const { data: _keys, metadata, ...others } = patch.document;
  const stated = typeof metadata === 'object' && metadata !== null ? Object.keys(metadata) : [];
  return Object.keys(others).length === 0 && stated.every((name) => preconditions.includes(name));
}

function isKeyPath(path: unknown): boolean {
  return typeof path === 'string' && path.startsWith('/data/');
}
