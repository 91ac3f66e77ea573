import { type KeyObject, randomBytes } from 'node:crypto';
import { linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createDataDir, syncDirectory } from '../platform/storage/open-database.js';
import { writePrivateDraft } from '../platform/storage/private-draft.js';
import { KEY_BYTES } from './domain/aead.js';
import { readKeyFile } from './key-file.js';
import { KeySource, type StoredKey } from './key-source.js';

/** Name of keys in the data folder. */
export const EMBEDDED = 'embedded';

/** Keys in files of the data folder, which the gateway creates (0600): nothing to set up. */
export class EmbeddedKeySource extends KeySource {
  override readonly id = EMBEDDED;
  override readonly provider = 'embedded';
  override readonly makesKeys = true;
  readonly #folder: string;

  constructor(dataDir: string) {
    super();
    this.#folder = join(dataDir, 'encryption');
  }

  override async load({ id }: StoredKey): Promise<KeyObject> {
    return readKeyFile(id, this.#path(id));
  }

  /** Reuses a file that a crash left before the database knew the key: it was never lost. */
  override async make(id: string): Promise<{ readonly key: KeyObject; readonly wrapped: null }> {
    createDataDir(this.#folder);
    const bytes = randomBytes(KEY_BYTES);
    const draft = writePrivateDraft(this.#path(id), bytes);
    bytes.fill(0);
    try {
      linkSync(draft, this.#path(id));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
    syncDirectory(this.#folder);
    return { key: await this.load({ id, wrapped: null }), wrapped: null };
  }

  override forget(id: string): void {
    rmSync(this.#path(id), { force: true });
    syncDirectory(this.#folder);
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.key`);
  }
}
