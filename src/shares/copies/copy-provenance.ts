import { isDeepStrictEqual } from 'node:util';
import type { ObjectRecords } from '../../custom-resources/domain/object-records.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { shareLimits } from '../../core/share-limits.js';
import { copiedAfter, type CopiedBy, noCopies, parseCopiedKeys } from './domain/copied-keys.js';

/** Name under which facts about Secrets with copied keys are recorded. */
export const copiesResource = 'secrets';

/**
 * Origin of copied keys by uid of their Secret, as recorded in the database: annotations can be
 * deleted and forged by everybody who may write the Secret.
 */
export class CopyProvenance {
  readonly #records: Pick<ObjectRecords, 'get' | 'saveFacts' | 'remove'>;
  /** Last change of each Secret that runs: imports can have a target in common. */
  readonly #changing = new Map<string, Promise<void>>();

  constructor(records: Pick<ObjectRecords, 'get' | 'saveFacts' | 'remove'>) {
    this.#records = records;
  }

  /** Records the keys that an import has written into a Secret. Throws Unavailable. */
  note(secretUid: string, importUid: string, copy: CopiedBy): Promise<void> {
    return this.#change(secretUid, importUid, copy);
  }

  /** Records that an import owns nothing in a Secret any more. Throws Unavailable. */
  forget(secretUid: string, importUid: string): Promise<void> {
    return this.#change(secretUid, importUid, undefined);
  }

  /** Changes one after the other: a removal would also remove what another change has saved. */
  #change(secretUid: string, importUid: string, copy: CopiedBy | undefined): Promise<void> {
    const before = this.#changing.get(secretUid) ?? Promise.resolve();
    const change = before
      .catch(() => undefined)
      .then(() => this.#changeNow(secretUid, importUid, copy))
      .finally(() => {
        if (this.#changing.get(secretUid) === change) this.#changing.delete(secretUid);
      });
    this.#changing.set(secretUid, change);
    return change;
  }

  async #changeNow(
    secretUid: string,
    importUid: string,
    copy: CopiedBy | undefined,
  ): Promise<void> {
    const object = { uid: secretUid, resource: copiesResource };
    for (let tries = 0; tries < shareLimits.copyTriesMax; tries += 1) {
      const facts = (await this.#records.get(secretUid))?.facts ?? null;
      const before = parseCopiedKeys(facts);
      const after = copiedAfter(before, importUid, copy);
      if (isDeepStrictEqual(before, after)) return;
      if (isDeepStrictEqual(after, noCopies)) return this.#records.remove(secretUid);
      if (await this.#records.saveFacts(object, { before: facts, after })) return;
    }
    throw unavailable('the records of copies change too fast');
  }
}
