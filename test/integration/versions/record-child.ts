// Records versions for ever, in batches of two histories, and tells which were acknowledged, so
// that a test can kill it in the middle.
import { writeSync } from 'node:fs';
import { openStorage } from '../../../src/platform/storage/open-storage.js';
import { openVersionsStore } from '../../../src/versions/open-versions-store.js';
import { newVersion } from '../../unit/versions/domain/version.builder.js';
import { sealedRows } from '../../unit/encryption/row-integrity.builder.js';

const STDOUT = 1;
const [url = '', dataDir = ''] = process.argv.slice(2);

// Ends with whoever started it.
process.stdin.on('end', () => process.exit(0)).resume();
const store = openVersionsStore(await openStorage(url, dataDir), sealedRows());
const { history } = newVersion(1);
let last = (await store.history(history))?.lastVersion ?? 0;
writeSync(STDOUT, `open ${last}\n`);
for (;;) {
  const version = last + 1;
  const wish = {
    payload: { ciphertext: new Uint8Array(20_000).fill(version) },
    limits: { versionsMax: 12 },
  };
  await store.record([newVersion(version, wish), newVersion(version, { ...wish, name: 'twin' })], {
    name: 'secrets',
    resourceVersion: String(version),
  });
  last = version;
  writeSync(STDOUT, `recorded ${version}\n`);
}
