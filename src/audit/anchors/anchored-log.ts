import type { Database } from '../../platform/storage/database.js';
import type { StorageLocation } from '../../platform/storage/storage-location.js';
import { limits } from '../../core/limits.js';
import { type AcceptanceRecord, acceptanceIn } from '../log/domain/acceptance-record.js';
import type { Acceptance } from '../log/domain/acceptance.js';
import { ENTRY_BYTES_MAX } from '../log/domain/entry-bundle.js';
import type { NoteVerifier } from '../log/domain/note-key.js';
import { emptyRoot, foldHashes } from '../log/domain/tree-hash.js';
import { nodeName, planRoot } from '../log/domain/proof-plan.js';
import { isConsistent } from '../log/domain/verify-proof.js';
import { LogDamaged } from '../log/log-damaged.js';
import { LogProofs } from '../log/log-proofs.js';
import { ABOUT_GONE, type LogStore, type StoredCheckpoint } from '../log/log-store.js';
import type { TileReader } from '../log/tile-reader.js';
import { type AnchoredTree, anchoredNote, isSameTree } from './domain/anchored-tree.js';

export interface AnchoredLogDependencies {
  readonly database: Database;
  readonly store: Pick<LogStore, 'lastCheckpoint' | 'head' | 'isGoneRecorded'>;
  readonly tiles: TileReader;
  /** Keys of the log, from its key file: a writer of the database cannot add keys. */
  readonly verifiers: () => readonly NoteVerifier[];
}

/** Acceptances by operators that the log records. */
export interface Acceptances {
  readonly accepted: readonly Acceptance[];
  /** Indexes of acceptance events without effect: no key of this log has signed them. */
  readonly foreign: readonly number[];
}

type FoundRecord = AcceptanceRecord & { readonly index: number };

/** Each anchor adds an event for a checkpoint; the other anchors do not anchor that event. */
const OWN_EVENTS_MAX = 2 * limits.auditAnchorsMax;

/** The log as anchors see it: its signed checkpoints, and acceptances by its operators. */
export class AnchoredLog {
  readonly #parts: AnchoredLogDependencies;

  constructor(parts: AnchoredLogDependencies) {
    this.#parts = parts;
  }

  get location(): StorageLocation {
    return this.#parts.database.location;
  }

  /** Keys of the log; throws LogKeyError. */
  get verifiers(): readonly NoteVerifier[] {
    return this.#parts.verifiers();
  }

  /**
   * Throws LogDamaged if no key of the log signed the checkpoint, which must then not be anchored.
   */
  async newest(): Promise<StoredCheckpoint | undefined> {
    const checkpoint = await this.#parts.store.lastCheckpoint();
    if (checkpoint === undefined) return undefined;
    const signed = anchoredNote(checkpoint.note, this.verifiers);
    if (signed !== undefined && isSameTree(signed, checkpoint)) return checkpoint;
    throw new LogDamaged(
      `the last checkpoint (${checkpoint.size} entries) was not signed with a key of this log`,
    );
  }

  /** Returns the number of signed entries: no anchor can have more of this log. */
  async signedSize(): Promise<number> {
    const signed = (await this.#parts.store.lastCheckpoint())?.size ?? 0;
    const { size } = await this.#parts.store.head();
    return Math.min(signed, size);
  }

  /** Returns how many of the first entries are missing without a pruning event. */
  async goneUnrecorded(): Promise<number> {
    const { store } = this.#parts;
    const { prunedBelow } = await store.head();
    const isRecorded =
      prunedBelow === 0 || (await store.isGoneRecorded(prunedBelow, this.verifiers));
    return isRecorded ? 0 : prunedBelow;
  }

  /**
   * Reports whether the log of a checkpoint begins with a tree, by a proof; throws LogDamaged if
   * the stored hashes do not give a proof.
   */
  async beginsWith(known: AnchoredTree, { size, root }: AnchoredTree): Promise<boolean> {
    if (known.size > size) return false;
    const hashes = await new LogProofs(this.#parts.tiles).consistency(known.size, size);
    const sizes = { from: known.size, to: size };
    return isConsistent({ ...sizes, fromRoot: known.root, toRoot: root, hashes });
  }

  /**
   * Returns the root over this many first entries, of a log with `signedSize` signed entries;
   * throws LogDamaged if the tree is missing.
   */
  async rootAt(size: number, signedSize: number): Promise<Uint8Array> {
    const { tiles } = this.#parts;
    const plan = planRoot(size);
    const nodes = await tiles.nodes(plan, signedSize);
    const hashes = plan.flatMap((node) => nodes.get(nodeName(node)) ?? []);
    return foldHashes(hashes) ?? emptyRoot();
  }

  /**
   * Reports whether any event except anchoring lies between the two. The database states what an
   * event is; above a number of events there is news, whatever it states.
   */
  async hasNews(from: number, to: number): Promise<boolean> {
    if (to - from > OWN_EVENTS_MAX) return true;
    const row = await this.#parts.database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select('leaf_index')
        .where('leaf_index', '>=', from)
        .where('leaf_index', '<', to)
        .where((eb) => eb.or([eb('action', 'is', null), eb('action', '<>', 'audit.anchor')]))
        .limit(1)
        .executeTakeFirst(),
    );
    return row !== undefined;
  }

  /** Returns losses that operators have accepted, as far as a key has signed them for this log. */
  async acceptances(): Promise<Acceptances> {
    const records = await this.#records();
    const accepted: Acceptance[] = [];
    const foreign = records.flatMap(({ kind, index }) => (kind === 'foreign' ? [index] : []));
    const seen = new Set<string>();
    for (const record of records) {
      if (record.kind !== 'rollback' || seen.has(record.acceptance.text)) continue;
      seen.add(record.acceptance.text);
      if (await this.#isBegunBy(record.acceptance.current)) accepted.push(record.acceptance);
      else foreign.push(record.index);
    }
    return { accepted, foreign };
  }

  async #isBegunBy({ size, root }: AnchoredTree): Promise<boolean> {
    const signed = await this.signedSize();
    if (size > signed) return false;
    return isSameTree({ size, root: await this.rootAt(size, signed) }, { size, root });
  }

  async #records(): Promise<readonly FoundRecord[]> {
    const rows = await this.#parts.database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select(['leaf_index', 'event'])
        .where('action', '=', 'audit.acceptRollback')
        .where('source', '=', 'gateway')
        .where(ABOUT_GONE)
        .where((eb) => eb(eb.fn<number>('length', ['event']), '<=', ENTRY_BYTES_MAX))
        .orderBy('call_index', 'desc')
        .limit(limits.auditAcceptancesMax)
        .execute(),
    );
    const { verifiers } = this;
    return rows.flatMap(({ leaf_index: index, event }) => {
      const record = acceptanceIn(Buffer.from(event), index, verifiers);
      return record === undefined ? [] : [{ ...record, index }];
    });
  }
}
