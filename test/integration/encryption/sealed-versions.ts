import type { KeyRing } from '../../../src/encryption/key-ring.js';
import type { VersionBinding } from '../../../src/encryption/domain/version-binding.js';
import type { NewVersion, VersionsStore } from '../../../src/versions/domain/versions.store.js';
import { newVersion } from '../../unit/versions/domain/version.builder.js';

const CLUSTER = 'cluster-uid';
const AT_ONCE = 250;

/** What each version holds. */
export const plaintextOf = (version: number): string => `value-${version}`;

/** The first versions of a history, sealed as the gateway does. */
export async function recordSealed(
  ring: KeyRing,
  store: VersionsStore,
  count: number,
  name = 'shhhhhh',
): Promise<void> {
  for (let from = 1; from <= count; from += AT_ONCE) {
    const versions = Array.from({ length: Math.min(AT_ONCE, count + 1 - from) }, (_, index) =>
      sealed(ring, from + index, { count, name }),
    );
    await store.record(versions);
  }
}

function sealed(
  ring: KeyRing,
  version: number,
  { count, name }: { readonly count: number; readonly name: string },
): NewVersion {
  const made = newVersion(version, { name, limits: { versionsMax: count } });
  const text = Buffer.from(plaintextOf(version));
  return { ...made, payload: ring.seal(text, bindingOf({ ...made, ...made.history })) };
}

function bindingOf(row: Omit<VersionBinding, 'cluster'>): VersionBinding {
  const { namespace, namespaceUid, name, secretUid, version } = row;
  return { cluster: CLUSTER, namespace, namespaceUid, name, secretUid, version };
}

/** How many versions each key opens; throws where one does not open under the key of its row. */
export async function openAll(
  ring: KeyRing,
  store: VersionsStore,
): Promise<ReadonlyMap<string, number>> {
  const opened = new Map<string, number>();
  let after = { historyId: 0, version: 0 };
  for (;;) {
    // No key has that name, so these are all.
    const rows = await store.wrappedOtherwise('', after, AT_ONCE);
    const last = rows.at(-1);
    if (last === undefined) return opened;
    after = { historyId: last.historyId, version: last.version };
    for (const row of rows) {
      if (row.payload === undefined) throw new Error(`version ${row.version} has no payload`);
      const text = ring.open(row.payload, bindingOf(row)).toString();
      if (text !== plaintextOf(row.version)) throw new Error(`version ${row.version} is another`);
      opened.set(row.payload.keyId, (opened.get(row.payload.keyId) ?? 0) + 1);
    }
  }
}
