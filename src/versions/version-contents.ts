import { IntegrityError } from '../encryption/domain/integrity-error.js';
import type { SecretHistory } from '../secrets/domain/secret-history.js';
import type { StoredSecret } from '../secrets/domain/secret.js';
import { contentOf, type SecretContent } from './domain/payload.js';
import type { History } from './domain/version.js';
import type { StoredVersion } from './domain/versions.store.js';
import type { VersionDependencies } from './version.dependencies.js';

/** Opens the content of versions. */
export class VersionContents {
  readonly #keys: VersionDependencies['keys'];
  readonly #cluster: VersionDependencies['cluster'];

  constructor({ keys, cluster }: Pick<VersionDependencies, 'keys' | 'cluster'>) {
    this.#keys = keys;
    this.#cluster = cluster;
  }

  /**
   * Opens a row. Throws IntegrityError if it is damaged or misplaced, Unavailable if its key is
   * unavailable.
   */
  open(history: History, row: StoredVersion): SecretContent {
    this.#keys.requireAvailable();
    if (row.payload === undefined) throw new IntegrityError();
    const { namespace, namespaceUid, name } = history;
    const { secretUid, version } = row;
    const place = { cluster: this.#cluster(), namespace, namespaceUid, name, secretUid, version };
    const plaintext = this.#keys.open(row.payload, place);
    try {
      return contentOf(plaintext);
    } finally {
      plaintext.fill(0);
    }
  }
}

/** Returns a version in the shape of a Secret; its creation time replaces all of its times. */
export function asSecret(
  { namespace, name }: History,
  { secretUid: uid, resourceVersion, createdMs }: StoredVersion,
  content: SecretContent,
): StoredSecret {
  const createdAt = new Date(createdMs).toISOString();
  const times = { createdAt, updatedAt: createdAt, writtenHereAt: undefined };
  return { namespace, name, uid, resourceVersion, ...content, finalizers: [], ...times };
}

/** Returns the current version number of a Secret, as it was read. */
export async function currentNumber(
  history: SecretHistory,
  secret: StoredSecret,
): Promise<number | undefined> {
  const [info] = await history.describe([secret]);
  return info?.version;
}
