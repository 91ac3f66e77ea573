import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import type { RowMac } from '../../encryption/domain/row-mac.js';
import { firstWithMac, isAppended } from '../domain/entry-mac.js';
import { leafHash } from '../domain/leaf-hash.js';
import { acceptanceIn } from './domain/acceptance-record.js';
import { openCheckpoint, signCheckpoint } from './domain/checkpoint.js';
import { ENTRY_BYTES_MAX } from './domain/entry-bundle.js';
import { unrecordedSentence } from './domain/missing-entries.js';
import { nextBranch } from './domain/log-branch.js';
import type { LogKeys } from './domain/log-keys.js';
import { sameHash } from './domain/tree-hash.js';
import { TreeGrowth } from './domain/tree-growth.js';
import { isConsistent } from './domain/verify-proof.js';
import { LogDamaged, LogRolledBack } from './log-damaged.js';
import { LogProofs } from './log-proofs.js';
import {
  type LogHead,
  type LogStore,
  type StoredCheckpoint,
  type StoredEntry,
  missing,
} from './log-store.js';
import { SigningTurn } from './signing-turn.js';
import type { TileReader } from './tile-reader.js';

/** Tree that was signed. */
type Signed = Pick<StoredCheckpoint, 'size' | 'root'>;

export interface IntegratorDependencies {
  readonly store: LogStore;
  readonly tiles: TileReader;
  /** Distinguishes entries that a gateway has appended from others. */
  readonly mac: RowMac;
  /** Returns the current keys. */
  readonly keys: () => LogKeys;
  /** Tree that this process has signed before. */
  readonly known?: Signed;
  /** Called for an event that accepts a rollback without a signature by a key of the log. */
  readonly onForeignAcceptance?: (index: number) => void;
}

/** Growing tree, and the branch that its checkpoints name. */
interface Grown {
  readonly growth: TreeGrowth;
  branch: string | undefined;
}

export interface Published {
  /** The last checkpoint, by any process; undefined if another process was faster. */
  readonly checkpoint: StoredCheckpoint | undefined;
  /** Whether this call has signed it. */
  readonly isSigned: boolean;
  /** After how long there is more to do; undefined once all entries are in a checkpoint. */
  readonly againMs: number | undefined;
}

/**
 * Integrator of sequenced entries, which adds them to the tree and signs it. The signed tree is
 * computed from the bytes in the database, not from memory. It extends the last signed tree, as
 * both the database and memory state it.
 */
export class LogIntegrator {
  readonly #parts: IntegratorDependencies;
  /** The last tree that was signed or found signed. */
  #known: Signed | undefined;
  /** Entries below this index are missing, which is recorded. */
  #goneBelow = 0;
  readonly #turn: SigningTurn;

  constructor(parts: IntegratorDependencies) {
    this.#parts = parts;
    this.#known = parts.known;
    this.#turn = new SigningTurn(parts.store);
  }

  /** Resets the state after an operator has accepted that what was signed is lost. */
  forget(): void {
    this.#known = undefined;
    this.#parts.tiles.forget();
  }

  /**
   * Publishes until all entries that it finds are in a checkpoint, and returns that checkpoint,
   * whenever it was signed. Throws as `publishDue`.
   */
  async publish(): Promise<StoredCheckpoint> {
    const { size } = await this.#parts.store.head();
    for (;;) {
      const { checkpoint } = await this.#publish(0);
      if (checkpoint !== undefined && checkpoint.size >= size) return checkpoint;
    }
  }

  /**
   * Signs one checkpoint, if there are new entries and no process signed for a second. Throws
   * LogDamaged, and has signed nothing, if the database does not contain what was signed before.
   */
  publishDue(): Promise<Published> {
    return this.#publish(limits.auditPublishEveryMs);
  }

  async #publish(everyMs: number): Promise<Published> {
    const { store } = this.#parts;
    // In this order: entries signed meanwhile must not look like more than exist.
    const signed = await store.lastSigned();
    const last = signed?.checkpoint;
    const head = await store.head();
    const macsFrom = await this.#firstWithMac(head);
    await this.#demandWhole(head, last, macsFrom);
    const grown = await this.#resume(last);
    if (signed !== undefined && last !== undefined) {
      this.#turn.look(signed, this.#known?.size);
      const dueMs = head.size === last.size ? undefined : this.#turn.dueMs(signed, everyMs);
      if (dueMs !== 0) {
        const againMs = this.#turn.againMs(dueMs, everyMs);
        return { checkpoint: this.#remember(last), isSigned: false, againMs };
      }
    }
    const to = Math.min(head.size, (last?.size ?? 0) + limits.auditIntegratedMax);
    await this.#integrate(grown, to, macsFrom);
    const checkpoint = await store.publish({
      checkpoint: this.#sign(grown),
      tiles: grown.growth.takeFilled(),
      after: last?.size,
    });
    this.#turn.note(checkpoint !== undefined);
    if (checkpoint === undefined) return { checkpoint, isSigned: false, againMs: 0 };
    const againMs = to < head.size ? everyMs : this.#turn.againMs(undefined, everyMs);
    return { checkpoint: this.#remember(checkpoint), isSigned: true, againMs };
  }

  #remember(checkpoint: StoredCheckpoint): StoredCheckpoint {
    this.#known = checkpoint;
    return checkpoint;
  }

  /** Throws if a part of what was signed is missing or replaced. */
  async #demandWhole(
    { size, prunedBelow }: LogHead,
    last: Signed | undefined,
    macsFrom: number,
  ): Promise<void> {
    const signed = last?.size ?? 0;
    if (size < signed) {
      throw new LogRolledBack(`the audit log has ${size} entries, but ${signed} were signed`);
    }
    await this.#demandGrown(last);
    if (prunedBelow > signed) throw new LogDamaged('entries are gone that were never signed');
    if (prunedBelow === this.#goneBelow) return;
    const { store, keys } = this.#parts;
    const isOurs = (entry: StoredEntry): boolean => this.#isOurs(entry, macsFrom);
    const { verifiers } = keys();
    if (prunedBelow > 0 && !(await store.isGoneRecorded(prunedBelow, verifiers, isOurs))) {
      throw new LogRolledBack(unrecordedSentence(prunedBelow));
    }
    this.#goneBelow = prunedBelow;
  }

  /** Throws if a writer of the database has restored an older one while this process ran. */
  async #demandGrown(last: Signed | undefined): Promise<void> {
    const known = this.#known;
    if (known === undefined || known.size === 0) return;
    if (last === undefined || last.size < known.size) {
      throw new LogRolledBack(
        `the audit log was rolled back: ${known.size} entries were signed, but only ` +
          `${last?.size ?? 0} signed ones are there`,
      );
    }
    const sizes = { from: known.size, to: last.size };
    const isSame = known.size === last.size && sameHash(known.root, last.root);
    if (isSame) return;
    const hashes = await new LogProofs(this.#parts.tiles).consistency(known.size, last.size);
    if (isConsistent({ ...sizes, fromRoot: known.root, toRoot: last.root, hashes })) return;
    throw new LogRolledBack(
      `the audit log was replaced: its first ${known.size} entries are not those that were signed`,
    );
  }

  /** Returns the last signed tree; throws LogDamaged if the tiles do not give its root. */
  async #resume(last: StoredCheckpoint | undefined): Promise<Grown> {
    if (last === undefined) return { growth: new TreeGrowth(0, []), branch: undefined };
    const { tiles, keys } = this.#parts;
    const opened = openCheckpoint(last.note, keys().verifiers);
    if (opened === undefined || opened.size !== last.size || !sameHash(opened.root, last.root)) {
      throw new LogDamaged(
        `the last checkpoint (${last.size} entries) was not signed with a key of this log`,
      );
    }
    const growth = new TreeGrowth(last.size, await tiles.edge(last.size));
    if (!sameHash(growth.root(), last.root)) {
      // The cached tiles may be the faulty part.
      tiles.forget();
      throw new LogDamaged(
        `the stored tree of ${last.size} entries is not the one that was signed`,
      );
    }
    return { growth, branch: opened.branch };
  }

  async #integrate(grown: Grown, to: number, macsFrom: number): Promise<void> {
    const { growth } = grown;
    while (growth.size < to) {
      const end = Math.min(to, growth.size + limits.auditIntegrateStretch);
      for (const entry of await this.#parts.store.entries(growth.size, end)) {
        if (entry.leafIndex !== growth.size) throw missing(growth.size);
        const hash = leafHash(entry.event);
        if (!sameHash(hash, entry.leafHash) || entry.event.length > ENTRY_BYTES_MAX) {
          throw new LogDamaged(`entry ${entry.leafIndex} of the audit log was changed`);
        }
        if (!isAppended(this.#parts.mac, entry, macsFrom)) {
          throw new LogDamaged(foreignEntrySentence(entry));
        }
        growth.append(hash);
        this.#takeAcceptance(entry, grown);
      }
      if (growth.size < end) throw missing(growth.size);
      await nextTurn();
    }
  }

  /** Reports whether a gateway has appended this event there. */
  #isOurs(entry: StoredEntry, macsFrom: number): boolean {
    const isWhole = sameHash(leafHash(entry.event), entry.leafHash);
    return isWhole && isAppended(this.#parts.mac, entry, macsFrom);
  }

  /** Returns from which entry on each must have a MAC; throws LogDamaged if the mark was forged. */
  async #firstWithMac({ prunedBelow }: LogHead): Promise<number> {
    const { store, mac } = this.#parts;
    const first = firstWithMac(mac, await store.macMark(), prunedBelow);
    if (first !== undefined) return first;
    throw new LogDamaged('the mark from which on entries of the audit log have MACs was changed');
  }

  /**
   * Starts another branch of checkpoints after an acceptance. It is read from signed bytes, never
   * from the entry's other columns.
   */
  #takeAcceptance({ leafIndex, event }: StoredEntry, grown: Grown): void {
    const { keys, onForeignAcceptance } = this.#parts;
    const record = acceptanceIn(bytesOf(event), leafIndex, keys().verifiers);
    if (record?.kind === 'foreign') onForeignAcceptance?.(leafIndex);
    if (record?.kind !== 'rollback') return;
    grown.branch = nextBranch(grown.branch, record.acceptance.text);
  }

  #sign({ growth, branch }: Grown): Omit<StoredCheckpoint, 'signedMs'> {
    const tree = { size: growth.size, root: growth.root() };
    const named = branch === undefined ? tree : { ...tree, branch };
    return { ...tree, note: signCheckpoint(named, this.#parts.keys().signer) };
  }
}

/** Returns a sentence for readers who have upgraded, or have an intruder in the database. */
function foreignEntrySentence({ leafIndex, mac }: StoredEntry): string {
  return mac === null
    ? `entry ${leafIndex} of the audit log has no MAC: after an upgrade, look at it with ` +
        '`sallyport keys adopt`, and adopt it with --all; else somebody else has written it'
    : `entry ${leafIndex} of the audit log was not appended by a gateway with this key`;
}

/** Returns a view on the bytes, not a copy. */
function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
