import type { VersionInfo } from '../../secrets/domain/secret-history.js';
import { authorOf } from './attribution.js';
import type { VersionMetadata } from './version.js';

/** Returns a version in the terms of `SecretHistory`; final once its author is known. */
export function versionInfo(
  of: Pick<VersionMetadata, 'version' | 'attribution' | 'keys'>,
): VersionInfo {
  const updatedBy = authorOf(of.attribution);
  return {
    version: of.version,
    updatedBy,
    keyVersions: of.keys.map(({ name, version }) => ({ name, version })),
    isFinal: updatedBy !== null,
  };
}
