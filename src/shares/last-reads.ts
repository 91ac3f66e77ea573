import type { Clock } from '../core/clock.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { mapInBatches } from '../core/map-in-batches.js';
import { shareLimits } from '../core/share-limits.js';
import type { ObjectRecords } from '../custom-resources/domain/object-records.js';
import type { SecretHistory, WrittenState } from '../secrets/domain/secret-history.js';
import { parsePins, pinsAfterReads, type ShareRead } from './domain/share-pins.js';
import { type ParsedShare, shareKind } from './domain/share-spec.js';

/** Consumer that was given values. */
export interface Consumer {
  readonly namespace: string;
  readonly namespaceUid: string;
}

interface NotedRead extends Consumer {
  readonly shareUid: string;
  readonly atMs: number;
  readonly state: WrittenState;
  /** Version of the state, as history knew it right after the read. */
  readonly version: Promise<number | undefined>;
}

export interface LastReadsDependencies {
  readonly records: Pick<ObjectRecords, 'get' | 'saveFacts'>;
  readonly history: Pick<SecretHistory, 'describe'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Last read of each share by each consumer, and the version of the Secret that it returned. Reads
 * are gathered in memory and saved every `shareLimits.readsSavedEveryMs`: a crash loses those of
 * the last seconds. While the database cannot be used, at most `shareLimits.readsUnsavedMax` wait.
 */
export class LastReads {
  readonly #parts: LastReadsDependencies;
  /** By share and consumer. */
  #noted = new Map<string, NotedRead>();
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(parts: LastReadsDependencies) {
    this.#parts = parts;
  }

  /** Notes that a consumer was given values of this state. Never throws. */
  note({ object }: Pick<ParsedShare, 'object'>, consumer: Consumer, read: WrittenState): void {
    const { namespace, namespaceUid } = consumer;
    const { namespace: home, name, uid, resourceVersion, type } = read;
    // A copy: what was read contains values.
    const state = { namespace: home, name, uid, resourceVersion, type };
    const key = `${object.uid}/${namespace}`;
    const before = this.#noted.get(key);
    if (before === undefined && this.#noted.size >= shareLimits.readsUnsavedMax) return;
    const isSame = before?.state.uid === uid && before.state.resourceVersion === resourceVersion;
    const version = isSame ? before.version : this.#versionOf(state);
    const atMs = this.#parts.clock.nowMs();
    this.#noted.set(key, { shareUid: object.uid, namespace, namespaceUid, atMs, state, version });
    this.#schedule();
  }

  /** Saves what was noted; what cannot be saved is noted again. Never throws. */
  save(): Promise<void> {
    return (this.#saving = this.#saving.then(() => this.#save()));
  }

  /** Saves what is left, if that is possible. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.save();
  }

  #schedule(): void {
    if (this.#isStopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.save();
    }, shareLimits.readsSavedEveryMs).unref();
  }

  async #save(): Promise<void> {
    const noted = this.#noted;
    this.#noted = new Map();
    const byShare = Map.groupBy(noted.values(), ({ shareUid }) => shareUid);
    const unsaved = new Set(byShare.keys());
    let isDown = false;
    await mapInBatches([...byShare], shareLimits.readsSavedAtOnceMax, async ([uid, reads]) => {
      if (isDown) return;
      try {
        if (await this.#saveShare(uid, reads)) unsaved.delete(uid);
      } catch (error) {
        // The database cannot be used: the next save tries again.
        isDown ||= error instanceof SallyportError;
      }
    });
    for (const [key, read] of noted) if (unsaved.has(read.shareUid)) this.#noteAgain(key, read);
  }

  /** Saves reads of a share; false if others have recorded something at each try. */
  async #saveShare(uid: string, noted: readonly NotedRead[]): Promise<boolean> {
    const { records } = this.#parts;
    const reads = await Promise.all(noted.map((read) => this.#readOf(read)));
    for (let tries = 0; tries < shareLimits.readsSaveTriesMax; tries += 1) {
      const record = await records.get(uid);
      // Without a record the share is deleted: nothing is recorded of it any more.
      const before = parsePins(record?.facts);
      const after = pinsAfterReads(before, reads);
      if (after === before) return true;
      const object = { uid, resource: shareKind.resource };
      if (await records.saveFacts(object, { before, after })) return true;
    }
    return false;
  }

  async #readOf({ namespace, namespaceUid, atMs, ...read }: NotedRead): Promise<ShareRead> {
    // A state that was just written is in history only a moment later.
    const version = (await read.version) ?? (await this.#versionOf(read.state));
    return { namespace, namespaceUID: namespaceUid, atMs, version };
  }

  async #versionOf(state: WrittenState): Promise<number | undefined> {
    const [info] = await this.#parts.history.describe([state]);
    return info?.version;
  }

  /** Keeps an unsaved read, unless there was a later one meanwhile. */
  #noteAgain(key: string, read: NotedRead): void {
    if (this.#noted.has(key) || this.#noted.size >= shareLimits.readsUnsavedMax) return;
    this.#noted.set(key, read);
    this.#schedule();
  }
}
