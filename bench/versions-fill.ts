import { randomBytes } from 'node:crypto';
import type { KeyRing } from '../src/encryption/key-ring.js';
import { SqliteDatabase } from '../src/platform/storage/sqlite-database.js';
import type { NewVersion } from '../src/versions/domain/versions.store.js';
import { KeyReads } from '../src/versions/store/key-reads.js';
import { openSealedStore } from './sealed-store.js';

const versionsOfEach = 20;
const valueBytes = 1_024;
const batchMax = 500;
const limits = {
  versionsMax: versionsOfEach,
  ageMsMax: undefined,
  namespaceBytesMax: 2 ** 40,
  asked: { versionsMax: undefined, ageMsMax: undefined },
  minimums: { ageMs: 0, count: 1, deletedAgeMs: 0 },
};

/** Fills an empty data folder with versions, and rotates; returns the key that is active then. */
export async function fillAndRotate(dataDir: string, versions: number): Promise<string> {
  const opened = await openSealedStore(dataDir);
  const { store, ring } = opened;
  try {
    for (let from = 0; from < versions; from += batchMax) {
      const length = Math.min(batchMax, versions - from);
      await store.record(Array.from({ length }, (_, index) => versionOf(ring, from + index)));
    }
    return await ring.rotate();
  } finally {
    await opened.close();
  }
}

/** How many versions are under each key. */
export async function countByKey(dataDir: string): Promise<ReadonlyMap<string, number>> {
  const database = await SqliteDatabase.open(dataDir);
  try {
    return await new KeyReads(database).keyUse();
  } finally {
    await database.close();
  }
}

function versionOf(ring: KeyRing, index: number): NewVersion {
  const version = (index % versionsOfEach) + 1;
  const name = `secret-${Math.floor(index / versionsOfEach)}`;
  const history = { namespaceUid: 'bench-uid', namespace: 'bench', name };
  const secretUid = `${name}-uid`;
  const plaintext = randomBytes(valueBytes);
  return {
    ...{ history, version, secretUid, limits },
    resourceVersion: String(index + 1),
    type: 'Opaque',
    immutable: false,
    labels: { app: 'bench' },
    keys: [{ name: 'password', sizeBytes: valueBytes, version, mac: 'AAAAAAAAAAAAAAAAAAAAAA==' }],
    annotations: [],
    attribution: { door: 'external' },
    isGap: false,
    createdMs: Date.now(),
    fingerprint: ring.mac('bench', plaintext),
    payload: ring.seal(plaintext, { cluster: 'bench', ...history, secretUid, version }),
  };
}
