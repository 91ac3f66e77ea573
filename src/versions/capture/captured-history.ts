import { setTimeout as wait } from 'node:timers/promises';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import {
  type OwnWrite,
  SecretHistory,
  type VersionInfo,
  type WriteDoor,
  type WrittenState,
} from '../../secrets/domain/secret-history.js';
import type { SecretRef, StoredSecret } from '../../secrets/domain/secret.js';
import { authorOf } from '../domain/attribution.js';
import { type Exclusions, isExcluded } from '../domain/excluded.js';
import type { FollowedNamespaces, SecretFeed } from '../domain/secret-feed.js';
import type { HistoryHead, VersionsStore } from '../domain/versions.store.js';
import { infoOf } from './batch-writer.js';
import { headOf } from './heads.js';
import type { OwnWrites, WriteUnderWay } from './own-writes.js';
import type { Recorder } from './recorder.js';

const LATE = Symbol('late');

export interface CapturedHistoryParts {
  readonly store: Pick<VersionsStore, 'histories' | 'attribute'>;
  readonly own: OwnWrites;
  readonly namespaces: FollowedNamespaces;
  readonly feed: SecretFeed;
  readonly exclusions: Exclusions;
  readonly recorder: Pick<Recorder, 'problem'>;
}

/** What the capture has come to know, for those who read and write Secrets. */
export class CapturedHistory extends SecretHistory {
  readonly #parts: CapturedHistoryParts;

  constructor(parts: CapturedHistoryParts) {
    super();
    this.#parts = parts;
  }

  override async describe(
    secrets: readonly StoredSecret[],
  ): Promise<readonly (VersionInfo | undefined)[]> {
    try {
      return await this.#described(secrets);
    } catch {
      // Who reads a live Secret gets it, with or without its number.
      return secrets.map(() => undefined);
    }
  }

  override begin(ctx: CallContext, ref: SecretRef): OwnWrite {
    const write = this.#parts.own.begin(ctx, ref);
    return {
      wrote: (secret, door) => this.#wrote(write, secret, door).catch(() => undefined),
      deleted: () => this.#deleted(write, ref).catch(() => undefined),
      end: () => write.tell(),
    };
  }

  async #wrote(
    write: WriteUnderWay,
    secret: WrittenState,
    door: WriteDoor | undefined,
  ): Promise<VersionInfo | undefined> {
    const { own, store } = this.#parts;
    const attribution = write.attribution(door);
    const early = own.recordedAs(secret);
    const isOlder = early !== undefined && early.atMs < write.beganAtMs;
    const isFirst = !isOlder && own.led(secret, attribution);
    write.tell();
    // A state that was there before the write began, or of another: it has changed nothing.
    if (early !== undefined && !isFirst) return early.info;
    if (early !== undefined) {
      // It was recorded before anybody could know whose it is.
      await store.attribute(secret.uid, secret.resourceVersion, attribution);
      return { ...early.info, updatedBy: authorOf(attribution) };
    }
    if (isExcluded(this.#parts.exclusions, secret)) return undefined;
    return this.#isRecording(secret.namespace) ? this.#version(secret) : undefined;
  }

  /** A state that is not recorded soon may have been so for long: a write may change nothing. */
  async #version(secret: WrittenState): Promise<VersionInfo | undefined> {
    const recorded = this.#parts.own.version(secret);
    const soon = await Promise.race([recorded, wait(limits.versionSoonMs, LATE, { ref: false })]);
    if (soon !== LATE) return soon;
    const [known] = await this.#described([secret]);
    return known ?? recorded;
  }

  async #deleted(write: WriteUnderWay, ref: SecretRef): Promise<number | undefined> {
    const { own } = this.#parts;
    write.tell();
    const head = await this.#head(ref);
    if (head === undefined) return undefined;
    const isLive = head.history.deletedMs === undefined;
    if (!isLive || !this.#isRecording(ref.namespace)) return head.last?.version;
    await own.removal(head.history.secretUid);
    return (await this.#head(ref))?.last?.version;
  }

  /** Nobody waits for a number that will not come soon. */
  #isRecording(namespace: string): boolean {
    const { feed, recorder } = this.#parts;
    return recorder.problem === undefined && feed.isLive(namespace);
  }

  async #head({ namespace, name }: SecretRef): Promise<HistoryHead | undefined> {
    const uid = this.#uidOf(namespace);
    if (uid === undefined) return undefined;
    const [head] = await this.#parts.store.histories(uid, [name]);
    return head;
  }

  async #described(
    secrets: readonly WrittenState[],
  ): Promise<readonly (VersionInfo | undefined)[]> {
    const infos = new Map<string, VersionInfo>();
    const byNamespace = Map.groupBy(secrets, ({ namespace }) => namespace);
    for (const [namespace, some] of byNamespace) {
      const uid = this.#uidOf(namespace);
      if (uid === undefined) continue;
      const names = some.map(({ name }) => name);
      for (const head of await this.#parts.store.histories(uid, names)) {
        const info = infoOf(headOf(head));
        if (info !== undefined) infos.set(stateKey(head.history.secretUid, head.history), info);
      }
    }
    return secrets.map((secret) => infos.get(stateKey(secret.uid, secret)));
  }

  #uidOf(namespace: string): string | undefined {
    const { feed, namespaces } = this.#parts;
    return feed.isFollowed(namespace) ? namespaces.known(namespace)?.uid : undefined;
  }
}

function stateKey(uid: string, { resourceVersion }: { readonly resourceVersion: string }): string {
  return `${uid}/${resourceVersion}`;
}
