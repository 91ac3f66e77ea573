import { IntegrityError } from '../../encryption/domain/integrity-error.js';
import type { RowIntegrity } from '../../encryption/row-integrity.js';
import { historyNameOf } from './history-check.js';
import type { HistoryRow } from './version-rows.js';
import type {
  AliasRow,
  CursorRow,
  HistoryName,
  SealedVersionRow,
  VersionSeals,
} from './version-seals.js';

/** A version with the name of its Secret. */
export type NamedVersionRow = SealedVersionRow & { readonly name: string };

type SealedAlias = AliasRow & { readonly mac: Uint8Array | null };

/** Refuses rows of histories that no gateway has written, and reports them. */
export class VersionChecks {
  readonly #seals: VersionSeals;
  readonly #integrity: Pick<RowIntegrity, 'tell'>;

  constructor(seals: VersionSeals, integrity: Pick<RowIntegrity, 'tell'>) {
    this.#seals = seals;
    this.#integrity = integrity;
  }

  /** Throws IntegrityError. */
  requireHistory(row: HistoryRow): void {
    if (this.#seals.isHistoryOurs(row)) return;
    this.#integrity.tell('secret_histories', historyNameOf(row));
    throw new IntegrityError();
  }

  /** Throws IntegrityError if one is foreign. */
  requireVersions(rows: readonly NamedVersionRow[]): void {
    const foreign = rows.filter((row) => !this.#seals.isVersionOurs(row.name, row));
    for (const row of foreign) {
      this.#integrity.tell('secret_versions', `${historyNameOf(row)} version ${row.version}`);
    }
    if (foreign.length > 0) throw new IntegrityError();
  }

  /** Reports a watch position that no gateway has written: the watch then starts again. */
  isCursorOurs(row: CursorRow & { readonly mac: Uint8Array | null }): boolean {
    if (this.#seals.isCursorOurs(row)) return true;
    this.#integrity.tell('watch_cursors', row.name);
    return false;
  }

  /** Throws IntegrityError if one is foreign. */
  requireAliases(history: HistoryName, rows: readonly SealedAlias[]): void {
    const foreign = rows.filter((row) => !this.#seals.isAliasOurs(history, row));
    for (const { alias } of foreign) {
      this.#integrity.tell('version_aliases', `${historyNameOf(history)} ${alias}`);
    }
    if (foreign.length > 0) throw new IntegrityError();
  }
}
