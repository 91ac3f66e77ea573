import { limits } from '../core/limits.js';
import { agreeOnActiveKey, newRow } from './active-key.js';
import { sourceOf } from './domain/key-name.js';
import { EncryptionKeyError } from './key-error.js';
import { KeyMaterial, type KeyMaterialDependencies, type KeyRingSettings } from './key-material.js';
import { openMacKeys } from './mac-key.js';
import { StoredKeyRing } from './stored-key-ring.js';

export interface KeyRingObserver {
  /** Records that this key is about to replace another. */
  readonly record: (keyId: string) => Promise<void>;
  readonly onAlarm: (message: string) => void;
}

/**
 * Opens the keys of history and their sources. Throws EncryptionKeyError, whose message is a
 * sentence for the operator.
 */
export async function openKeyRing(
  settings: KeyRingSettings,
  { record, onAlarm, ...dependencies }: KeyMaterialDependencies & KeyRingObserver,
): Promise<StoredKeyRing> {
  const material = await KeyMaterial.open(settings, dependencies);
  try {
    return await keyRingOf(material, { record, onAlarm });
  } catch (error) {
    material.close();
    throw error;
  }
}

/**
 * Opens the ring over loaded keys: all replicas agree on the active key. Throws EncryptionKeyError.
 */
export async function keyRingOf(
  material: KeyMaterial,
  { record, onAlarm }: KeyRingObserver,
): Promise<StoredKeyRing> {
  const { store, held, clock, sources, writers, unknown, versions } = material;
  const active = await agreeOnActiveKey({ store, held, clock, record }, sources.active);
  await keepOthers(material);
  const macs = await openMacKeys(store, { held, active, nowMs: clock.nowMs() });
  const lost = new Set(unknown);
  const ring = new StoredKeyRing(
    { store, held, clock, record, sources, writers, onAlarm, lost },
    { active, macs },
  );
  await ring.ready();
  // Rows that nobody can open any more do not block all others.
  if (unknown.length > 0) onAlarm(damage(unknown, versions));
  return ring;
}

function damage(ids: readonly string[], versions: ReadonlyMap<string, number>): string {
  const count = ids.reduce((sum, id) => sum + (versions.get(id) ?? 0), 0);
  const named = ids
    .slice(0, limits.keysNamedMax)
    .map((id) => JSON.stringify(id.slice(0, limits.keyIdShownCharactersMax)));
  const more = ids.length > named.length ? ` and ${ids.length - named.length} more` : '';
  const who = `${named.join(', ')}${more}`;
  return `versions of history are damaged: ${count}, under keys that nobody knows: ${who}`;
}

/** Checks configured sources without a key in the database: they must be usable, too. */
async function keepOthers({ store, held, sources, clock }: KeyMaterial): Promise<void> {
  const known = new Set((await store.keys()).map(({ id }) => sourceOf(id)));
  for (const source of sources.all.values()) {
    if (known.has(source.id) || sources.retired.has(source.id)) continue;
    if (source.provider === 'embedded') continue;
    if (source.makesKeys) {
      await source.look([]);
      if (source.problem !== undefined) throw new EncryptionKeyError(source.problem);
      continue;
    }
    const row = await newRow(source, source.id, clock.nowMs());
    await store.keep(row);
    await held.take(row);
  }
}
