import { IntegrityError } from '../encryption/domain/integrity-error.js';
import type { SecretHistory } from '../secrets/domain/secret-history.js';
import type { StoredSecret } from '../secrets/domain/secret.js';
import { contentOf, type SecretContent } from './domain/payload.js';
import type { History } from './domain/version.js';
import type { StoredVersion } from './domain/versions.store.js';
import type { VersionDependencies } from './version.dependencies.js';

/** Opens what versions hold. */
export class VersionContents {
  readonly #keys: VersionDependencies['keys'];
  readonly #cluster: VersionDependencies['cluster'];

  constructor({ keys, cluster }: Pick<VersionDependencies, 'keys' | 'cluster'>) {
    this.#keys = keys;
    this.#cluster = cluster;
  }

  /**
   * Throws IntegrityError for a row that is damaged or belongs elsewhere, Unavailable where its
   * key is not to be had.
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

/** A version in the shape of a Secret; when it came about stands for all of its times. */
export function asSecret(
  { namespace, name }: History,
  { secretUid: uid, resourceVersion, createdMs }: StoredVersion,
  content: SecretContent,
): StoredSecret {
  const createdAt = new Date(createdMs).toISOString();
  const times = { createdAt, updatedAt: createdAt, writtenHereAt: undefined };
  return { namespace, name, uid, resourceVersion, ...content, finalizers: [], ...times };
}

/** The number of the version that a Secret, as it was read, is now. */
export async function currentNumber(
  history: SecretHistory,
  secret: StoredSecret,
): Promise<number | undefined> {
  const [info] = await history.describe([secret]);
  return info?.version;
}
