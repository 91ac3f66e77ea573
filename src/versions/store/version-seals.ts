import { Buffer } from 'node:buffer';
import { type ElementChange, MultisetDigest } from '../../encryption/domain/multiset-digest.js';
import type { RowMac, RowValue } from '../../encryption/domain/row-mac.js';
import type { HistoryMarks } from '../domain/plan-record.js';
import {
  type AttributionColumns,
  type HistoryRow,
  markColumns,
  marksOf,
  type VersionRow,
} from './version-rows.js';

/** Facts of a version at its creation, with its author; each of them is authenticated. */
export type VersionFacts = AttributionColumns &
  Pick<
    VersionRow,
    | 'version'
    | 'namespace_uid'
    | 'secret_uid'
    | 'resource_version'
    | 'type'
    | 'immutable'
    | 'labels'
    | 'keys'
    | 'annotations'
    | 'is_gap'
    | 'created_ms'
    | 'fingerprint'
  >;

/** Changeable state of a version. */
export type VersionStateColumns = Pick<
  VersionRow,
  'state' | 'held' | 'is_retired' | 'ended_ms' | 'since_ms' | 'until_ms'
>;

/** Version as read, with its MACs. */
export type SealedVersionRow = VersionFacts &
  VersionStateColumns &
  Pick<VersionRow, 'mac' | 'state_mac'>;

/** Position of a watch. */
export interface CursorRow {
  readonly name: string;
  readonly resource_version: string;
}

export interface AliasRow {
  readonly alias: string;
  readonly version: number;
}

/** History of a version or an alias. */
export type HistoryName = Pick<HistoryRow, 'namespace_uid' | 'name'>;

/** Seal of a history, in addition to its marks. */
export type HistorySeal = Pick<HistoryRow, 'digest' | 'mac'>;

const NO_CHANGE: ElementChange = { removed: [], added: [] };

/**
 * Seals of histories by MACs. A version has one MAC over its creation facts and one over its state.
 * The history has a digest over the states of all its versions and over its aliases. A MAC over the
 * digest and the marks also detects deleted, added and restored rows.
 */
export class VersionSeals {
  readonly #mac: RowMac;
  readonly #digests: MultisetDigest;

  constructor(mac: RowMac) {
    this.#mac = mac;
    this.#digests = new MultisetDigest(mac);
  }

  factsMac(name: string, facts: VersionFacts): Uint8Array {
    return this.#mac.of('secret_versions', factValues(name, facts));
  }

  /** Returns a MAC in base64. */
  stateMac(factsMac: Uint8Array | null, state: VersionStateColumns): string {
    return this.#mac.of('version_states', [factsMac, ...stateValues(state)]).toString('base64');
  }

  aliasMac(history: HistoryName, { alias, version }: AliasRow): Uint8Array {
    return this.#mac.of('version_aliases', aliasValues(history, { alias, version }));
  }

  cursorMac({ name, resource_version }: CursorRow): Uint8Array {
    return this.#mac.of('watch_cursors', [name, resource_version]);
  }

  isCursorOurs(row: CursorRow & { readonly mac: Uint8Array | null }): boolean {
    return this.#mac.isOf(row.mac, 'watch_cursors', [row.name, row.resource_version]);
  }

  /** Reports whether a gateway has written the version, as it was made and as it is. */
  isVersionOurs(name: string, row: SealedVersionRow): boolean {
    const values = factValues(name, row);
    return this.#mac.isOf(row.mac, 'secret_versions', values) && this.isStateOurs(row);
  }

  isStateOurs(row: VersionStateColumns & Pick<VersionRow, 'mac' | 'state_mac'>): boolean {
    return row.state_mac !== null && row.state_mac === this.stateMac(row.mac, row);
  }

  isAliasOurs(history: HistoryName, row: AliasRow & { readonly mac: Uint8Array | null }): boolean {
    return this.#mac.isOf(row.mac, 'version_aliases', aliasValues(history, row));
  }

  isHistoryOurs(row: HistoryRow): boolean {
    return this.#mac.isOf(row.mac, 'secret_histories', historyValues(row));
  }

  /** Reports whether these are all states and aliases of a history. */
  isWhole(row: HistoryRow, elements: readonly Uint8Array[]): boolean {
    return this.#digests.isOf(row.digest, elements);
  }

  /** Seals a new history. */
  sealNew(place: HistoryPlace, marks: HistoryMarks, added: readonly Uint8Array[]): HistorySeal {
    return this.#seal(place, marks, this.#digests.of(added));
  }

  /**
   * Seals a history after a change. A history that the gateway did not seal before stays unsealed:
   * a foreign change stays detectable.
   */
  sealChanged(before: HistoryRow, marks: HistoryMarks, change = NO_CHANGE): HistorySeal {
    const { digest } = before;
    if (digest === null || !this.isHistoryOurs(before)) return { digest, mac: null };
    const isSame = change.added.length === 0 && change.removed.length === 0;
    return this.#seal(before, marks, isSame ? digest : this.#digests.changed(digest, change));
  }

  /** Seals a history as it is now, because an operator confirms it. */
  sealAnew(row: HistoryRow, elements: readonly Uint8Array[]): HistorySeal {
    return this.#seal(row, marksOf(row), this.#digests.of(elements));
  }

  #seal(place: HistoryPlace, marks: HistoryMarks, digest: Uint8Array): HistorySeal {
    const { namespace_uid, namespace, name } = place;
    const row = { namespace_uid, namespace, name, ...markColumns(marks), digest };
    return { digest, mac: this.#mac.of('secret_histories', historyValues(row)) };
  }
}

/** Returns the element of a version in the digest of its history. */
export function stateElement({ state_mac: mac }: Pick<VersionRow, 'state_mac'>): Uint8Array {
  return Buffer.from(mac ?? '', 'base64');
}

type HistoryPlace = HistoryName & Pick<HistoryRow, 'namespace'>;

function factValues(name: string, row: VersionFacts): readonly RowValue[] {
  const place = [row.namespace_uid, name, row.version, row.secret_uid, row.resource_version];
  const what = [row.type, row.immutable, row.labels, row.keys, row.annotations, row.fingerprint];
  const who = [row.door, row.username, row.user_kind, row.credential_id, row.on_behalf_of];
  const why = [row.reason, row.audit_id, row.field_manager, row.restored_from];
  return [...place, ...what, ...who, ...why, row.is_gap, row.created_ms];
}

function stateValues(row: VersionStateColumns): readonly RowValue[] {
  return [row.state, row.held, row.is_retired, row.ended_ms, row.since_ms, row.until_ms];
}

function aliasValues({ namespace_uid, name }: HistoryName, { alias, version }: AliasRow) {
  return [namespace_uid, name, alias, version];
}

function historyValues(row: Omit<HistoryRow, 'id' | 'mac' | 'history_bytes'>): readonly RowValue[] {
  const place = [row.namespace_uid, row.namespace, row.name];
  const versions = [row.last_version, row.current_version, row.previous_version];
  const object = [row.pending_version, row.secret_uid, row.resource_version, row.deleted_ms];
  const pruned = [row.pruned_version, row.pruned_uid, row.pruned_resource_version];
  const missed = row.missed_resource_version;
  return [...place, ...versions, ...object, ...pruned, missed, row.digest];
}
