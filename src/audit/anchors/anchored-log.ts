import type { Database } from '../../storage/database.js';
import { emptyRoot, foldHashes } from '../log/domain/tree-hash.js';
import { nodeName, planRoot } from '../log/domain/proof-plan.js';
import { isConsistent } from '../log/domain/verify-proof.js';
import { LogProofs } from '../log/log-proofs.js';
import { ABOUT_GONE, type LogStore, type StoredCheckpoint } from '../log/log-store.js';
import type { TileReader } from '../log/tile-reader.js';
import { acceptedTree } from './domain/accepted-rollback.js';
import type { AnchoredTree } from './domain/anchored-tree.js';

export interface AnchoredLogParts {
  readonly database: Database;
  readonly store: Pick<LogStore, 'lastCheckpoint' | 'head' | 'isGoneRecorded'>;
  readonly tiles: TileReader;
}

/** Acceptances that are looked at, newest first: older ones are about anchors long replaced. */
const ACCEPTED_MAX = 1_000;

/** The log as anchors see it: what was signed of it, and what its operators have accepted. */
export class AnchoredLog {
  readonly #parts: AnchoredLogParts;

  constructor(parts: AnchoredLogParts) {
    this.#parts = parts;
  }

  newest(): Promise<StoredCheckpoint | undefined> {
    return this.#parts.store.lastCheckpoint();
  }

  /** How many signed entries are there: no anchor can have more of this log. */
  async signedSize(): Promise<number> {
    const signed = (await this.newest())?.size ?? 0;
    const { size } = await this.#parts.store.head();
    return Math.min(signed, size);
  }

  /** How many of the first entries are gone although no event says that they were pruned. */
  async goneUnrecorded(): Promise<number> {
    const { store } = this.#parts;
    const { prunedBelow } = await store.head();
    const isRecorded = prunedBelow === 0 || (await store.isGoneRecorded(prunedBelow));
    return isRecorded ? 0 : prunedBelow;
  }

  /**
   * Whether the log of a checkpoint begins with a tree, by a proof; throws LogDamaged where the
   * stored hashes do not give one.
   */
  async beginsWith(known: AnchoredTree, { size, root }: AnchoredTree): Promise<boolean> {
    if (known.size > size) return false;
    const hashes = await new LogProofs(this.#parts.tiles).consistency(known.size, size);
    const sizes = { from: known.size, to: size };
    return isConsistent({ ...sizes, fromRoot: known.root, toRoot: root, hashes });
  }

  /**
   * Root over so many of the first entries, of a log of which `signedSize` were signed; throws
   * LogDamaged where the tree is not there.
   */
  async rootAt(size: number, signedSize: number): Promise<Uint8Array> {
    const { tiles } = this.#parts;
    const plan = planRoot(size);
    const nodes = await tiles.nodes(plan, signedSize);
    const hashes = plan.flatMap((node) => nodes.get(nodeName(node)) ?? []);
    return foldHashes(hashes) ?? emptyRoot();
  }

  /** Whether there is anything between the two but events of anchoring. */
  async hasNews(from: number, to: number): Promise<boolean> {
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

  /** Anchored trees whose loss an operator has accepted, as the log itself has it. */
  async accepted(): Promise<readonly AnchoredTree[]> {
    const rows = await this.#parts.database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select('event')
        .where('action', '=', 'audit.acceptRollback')
        .where('source', '=', 'gateway')
        .where(ABOUT_GONE)
        .orderBy('call_index', 'desc')
        .limit(ACCEPTED_MAX)
        .execute(),
    );
    return rows.flatMap(({ event }) => acceptedTree(Buffer.from(event).toString('utf8')) ?? []);
  }
}
