import type { SecretHistory } from '../../secrets/domain/secret-history.js';
import type { VersionsStore } from '../../versions/domain/versions.store.js';
import type { RunVersions } from './step-dependencies.js';

/** Returns the version numbers of states by history. */
export function runVersions(
  history: SecretHistory,
  store: Pick<VersionsStore, 'history' | 'setRetired'>,
): RunVersions {
  return {
    async numberOf(secret) {
      const [info] = await history.describe([secret]);
      return info?.version ?? null;
    },
    async markRetired({ namespace, namespaceUid, name }, version) {
      const found = await store.history({ namespace, namespaceUid, name });
      if (found !== undefined) await store.setRetired(found.id, version);
    },
  };
}
