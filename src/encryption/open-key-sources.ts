import type { EncryptionSettings } from '../platform/config/encryption-settings.js';
import { EMBEDDED, EmbeddedKeySource } from './embedded-key-source.js';
import { GivenKeySource } from './given-key-source.js';
import type { KeySource } from './key-source.js';

export interface KeySources {
  /** Sources by id; keys in the data folder are always included. */
  readonly all: ReadonlyMap<string, KeySource>;
  /** Sources whose keys must not be used any more. */
  readonly retired: ReadonlySet<string>;
  /** Source of new keys. */
  readonly active: KeySource;
}

/** Opens the sources in the settings; loads the KMS client only if there is a plugin. */
export async function openKeySources(
  { keys }: EncryptionSettings,
  dataDir: string,
): Promise<KeySources> {
  const embedded = new EmbeddedKeySource(dataDir);
  const all = new Map<string, KeySource>([[EMBEDDED, embedded]]);
  for (const settings of keys) all.set(settings.id, await openOne(settings));
  const chosen = keys.find(({ state }) => state === 'active')?.id ?? EMBEDDED;
  const retired = keys.filter(({ state }) => state === 'retired').map(({ id }) => id);
  return { all, retired: new Set(retired), active: all.get(chosen) ?? embedded };
}

async function openOne({ id, source }: EncryptionSettings['keys'][number]): Promise<KeySource> {
  if (source.file !== undefined) return GivenKeySource.ofFile(id, source.file);
  if (source.kms !== undefined) {
    const { KmsKeySource } = await import('./kms/kms-key-source.js');
    return new KmsKeySource(id, source.kms);
  }
  return GivenKeySource.ofVariable(id, source.environment ?? '');
}
