import { AcceptanceTrail } from './acceptance-trail.js';
import { ExportHeader } from './export-header.js';
import type { ExportLine } from './export-line.js';
import { MissingEntries } from './missing-entries.js';
import { type SavedCheckpoint, SavedCheckpoints } from './saved-checkpoints.js';
import { KeyTrail } from './key-trail.js';
import { earlierFault, type LogFault } from './log-fault.js';
import type { NoteVerifier } from './note-key.js';
import { firstDifference } from './tile-hashes.js';
import { TILE_WIDTH } from './tile-path.js';
import { HASH_BYTES, sameHash } from './tree-hash.js';
import { type FullTile, TreeGrowth } from './tree-growth.js';

export interface LogCheckOptions {
  /** Keys that are trusted from the start; keys that they confirm are trusted too. */
  readonly trusted: readonly NoteVerifier[];
  /** Checkpoints of this log that were saved elsewhere. */
  readonly kept?: readonly SavedCheckpoint[];
  /** Indexes of events by which the verifier knows that a rollback was accepted. */
  readonly agreed?: readonly number[];
}

type TileLine = Extract<ExportLine, { kind: 'tile' }>;
type LeavesLine = Extract<ExportLine, { kind: 'leaves' }>;

const NO_HASH = new Uint8Array(HASH_BYTES);
/** Lines between two entries: a tile of each level, a checkpoint, hashes; a valid log has fewer. */
const LINES_BETWEEN_MAX = 16;

/** Check of an export as it is read, in constant memory, up to the first bad entry. */
export class LogCheck {
  #state: 'version' | 'header' | 'body' | 'ended' = 'version';
  readonly #header = new ExportHeader();
  readonly #keys: KeyTrail;
  readonly #kept: SavedCheckpoints;
  readonly #gone: MissingEntries;
  readonly #acceptances: AcceptanceTrail;
  #growth = new TreeGrowth(0, []);
  /** Entries before this index are signed. */
  #vouched = 0;
  #checkpoints = 0;
  #lastNote: string | undefined;
  #isHeadTrusted = false;
  /** Full tiles that must follow next. */
  #due: readonly FullTile[] = [];
  #lastTile: FullTile | undefined;
  /** The hashes of the tile that is not full were read, and no entry since. */
  #hasTail = false;
  /** Lines since the last entry. */
  #between = 0;
  /** An entry was missing. */
  #hasGap = false;
  #fault: LogFault | undefined;
  /** The fault cannot be located more exactly. */
  #isOver = false;

  constructor({ trusted, kept = [], agreed = [] }: LogCheckOptions) {
    this.#keys = new KeyTrail(trusted);
    this.#kept = new SavedCheckpoints(kept, agreed);
    this.#gone = new MissingEntries(agreed);
    this.#acceptances = new AcceptanceTrail(this.#keys);
  }

  /** Reports whether no remaining line can change the verdict. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Returns the index of the next entry. */
  get size(): number {
    return this.#growth.size;
  }

  /** Returns the number of entries, as far as the beginning states it. */
  get total(): number {
    return this.#header.head?.checkpoint.size ?? 0;
  }

  /** Returns the results of the check. */
  get summary() {
    return {
      origin: this.#header.head?.checkpoint.origin ?? '',
      first: this.#header.first,
      size: this.size,
      checkpoints: this.#checkpoints,
      /** Indexes of the accepted-loss events that the verdict depends on. */
      agreed: [...this.#gone.used, ...this.#kept.used],
      /** Indexes of events with a key that no key of the log confirms: the first few. */
      unvouched: this.#keys.unvouched,
      /** Indexes of events that accept a rollback without a signature by a key of the log. */
      foreign: this.#acceptances.foreign,
      /** Number of saved checkpoints that were compared, or why not, once `finish` was called. */
      kept: this.#kept.counts,
    };
  }

  /** Checks the next entry; `leafHash` must be the hash of `bytes`. */
  entry(bytes: Buffer, leafHash: Uint8Array): void {
    if (this.#state !== 'body') return this.#nonsense();
    if (this.#due.length > 0) return this.#tileMissing();
    if (this.size >= this.total) return this.#end('there are more entries than were signed');
    const accepted = this.#acceptances.entry(this.size, bytes);
    this.#kept.entry(this.size, accepted);
    this.#gone.entry(this.size, bytes, this.#keys.trusted);
    this.#keys.entry(this.size, bytes);
    this.#growth.append(leafHash);
    this.#between = 0;
    if (this.size % TILE_WIDTH === 0) this.#due = this.#growth.takeFilled();
    this.#hasTail = false;
    this.#compareKept();
  }

  /** Checks any other line; undefined for an invalid line. */
  line(line: ExportLine | undefined): void {
    if (line === undefined || this.#state === 'ended') return this.#nonsense();
    if (this.#state === 'version') {
      if (line.kind !== 'version') return this.#end('this is no export of an audit log');
      this.#state = 'header';
    } else if (this.#state === 'header') {
      if (line.kind === 'blank') this.#begin();
      else if (!this.#header.add(line)) this.#nonsense();
    } else {
      this.#body(line);
    }
  }

  /**
   * Returns the verdict, once everything was read or `isOver`: the fault, or undefined for a valid
   * log. `isCut`: an incomplete line follows the last line.
   */
  finish(isCut = false): LogFault | undefined {
    if (this.#fault === undefined && (this.#state !== 'ended' || isCut)) {
      this.#end(this.#state === 'body' ? 'the export ends too early' : 'this is no whole export');
    }
    this.#kept.conclude(this.#header.head?.checkpoint.origin ?? '', this.#keys.trusted);
    return earlierFault(this.#kept.fault, this.#fault);
  }

  /** Reports whether a trusted key has signed a saved checkpoint. Call it after `finish`. */
  isKept(checkpoint: SavedCheckpoint): boolean {
    return this.#kept.isSigned(checkpoint);
  }

  #begin(): void {
    const { first, edges, keys, isWhole } = this.#header;
    if (!isWhole) return this.#nonsense();
    this.#growth = new TreeGrowth(first, edges);
    this.#vouched = first;
    this.#state = 'body';
    this.#keys.list(keys);
    this.#gone.beginAt(first);
    this.#kept.beginAt(first);
    this.#compareKept();
  }

  #body(line: ExportLine): void {
    this.#between += 1;
    if (this.#between > LINES_BETWEEN_MAX) return this.#nonsense();
    if (line.kind === 'tile') return this.#tile(line);
    if (this.#due.length > 0) return this.#tileMissing();
    if (line.kind === 'leaves') return this.#leaves(line);
    if (line.kind === 'checkpoint') return this.#checkpoint(line.note);
    if (line.kind === 'missing') return this.#missing();
    if (line.kind === 'end') return this.#ended();
    this.#nonsense();
  }

  #tile({ level, index, hashes }: TileLine): void {
    const [due, ...rest] = this.#due;
    if (due === undefined && level === 0) return this.#early(index, hashes);
    if (due?.level !== level || due.index !== index) return this.#nonsense();
    this.#due = rest;
    if (level === 0) this.#lastTile = due;
    this.#compare(due, hashes);
  }

  /** Handles a full tile with a missing entry: its hashes show which. */
  #early(index: number, hashes: Uint8Array): void {
    if (index !== Math.floor(this.size / TILE_WIDTH)) return this.#nonsense();
    this.#compare({ level: 0, index, hashes: Buffer.concat(this.#growth.edge(0)) }, hashes);
  }

  /** Checks hashes stored with the entries of the partial tile, or of the last full tile. */
  #leaves({ index, hashes }: LeavesLine): void {
    const tail = this.#growth.edge(0);
    const isTail = index === Math.floor(this.size / TILE_WIDTH) && tail.length > 0;
    if (isTail) this.#hasTail = true;
    else if (this.#lastTile?.index !== index) return this.#nonsense();
    // They are of the same rows as the entries, and so have the same gaps.
    if (this.#hasGap) {
      this.#isOver = true;
      return;
    }
    const wanted = isTail ? Buffer.concat(tail) : this.#lastTile?.hashes;
    this.#compare({ level: 0, index, hashes: wanted ?? hashes }, hashes);
  }

  #compare({ level, index, hashes }: FullTile, stored: Uint8Array): void {
    const at = firstDifference(hashes, stored);
    if (at !== undefined) {
      const span = TILE_WIDTH ** level;
      const from = (index * TILE_WIDTH + at) * span;
      const what = level === 0 ? 'the entry' : `what lies below tile ${level}/${index}`;
      return this.#end(`${what} does not fit its stored hash`, { from, to: from + span - 1 });
    }
    // The entries fit the stored hashes, so nothing can distinguish them any more.
    if (level === 0 && this.#fault !== undefined) this.#isOver = true;
  }

  #checkpoint(note: string): void {
    const { size } = this;
    const opened = this.#keys.open(note);
    const { checkpoint } = opened ?? {};
    const what = `the checkpoint of ${checkpoint?.size ?? size} entries`;
    if (checkpoint === undefined) return this.#doubt(`${what} is not signed with a key of the log`);
    if (checkpoint.size !== size) return this.#doubt(`${what} stands where ${size} entries are`);
    if (checkpoint.origin !== this.#header.head?.checkpoint.origin) {
      return this.#doubt(`${what} is of another log`);
    }
    if (!sameHash(checkpoint.root, this.#growth.root())) {
      return this.#doubt(`the entries are not those of ${what}`);
    }
    if (this.#fault !== undefined) return;
    this.#checkpoints += 1;
    this.#vouched = size;
    this.#acceptances.signed(checkpoint);
    this.#lastNote = note;
    this.#isHeadTrusted = opened?.isTrusted === true;
    if (this.#isHeadTrusted) this.#keys.confirm();
  }

  #compareKept(): void {
    this.#kept.compare(this.size, () => this.#growth.root(), this.#vouched);
  }

  #ended(): void {
    if (this.size < this.total) return this.#end('the entry is missing, and all after it');
    if (this.size % TILE_WIDTH > 0 && !this.#hasTail) return this.#nonsense();
    this.#kept.endAt(this.size);
    if (this.#lastNote !== this.#header.head?.note)
      return this.#doubt('its checkpoint is not at the end');
    if (!this.#isHeadTrusted) {
      return this.#doubt('the last checkpoint is signed with none of the keys that were given');
    }
    if (this.#gone.fault !== undefined) return this.#end(this.#gone.fault.reason, this.#gone.fault);
    this.#state = 'ended';
  }

  #tileMissing(): void {
    const [tile] = this.#due;
    const from = (tile?.index ?? 0) * TILE_WIDTH ** ((tile?.level ?? 0) + 1);
    const reason = `tile ${tile?.level}/${tile?.index} is missing`;
    this.#end(reason, { from, to: this.size - 1 });
  }

  #nonsense(): void {
    this.#end('the export is damaged here');
  }

  /**
   * Records a missing entry. Later ones may have moved up: the hashes of a full tile show where.
   */
  #missing(): void {
    this.#doubt('the entry is missing', this.size);
    this.#hasGap = true;
    this.#between = 0;
    this.#growth.append(NO_HASH);
    if (this.size % TILE_WIDTH === 0) this.#due = this.#growth.takeFilled();
  }

  /** Records a bad entry since the last good checkpoint; the hashes of its tile may show which. */
  #doubt(reason: string, last = this.size - 1): void {
    const to = Math.max(this.#vouched, last);
    this.#fault ??= { reason, from: this.#vouched, to };
    // The hashes of a tile that was already compared cannot show it.
    if (this.#fault.to < this.size - (this.size % TILE_WIDTH)) this.#isOver = true;
  }

  /** Ends the check: the first bad entry is located as exactly as possible. */
  #end(reason: string, place: { from: number; to: number } = { from: this.size, to: this.size }) {
    const before = this.#fault;
    this.#isOver = true;
    // An earlier doubt stays unless this locates its entry.
    if (before === undefined || (place.from === place.to && place.to <= before.to)) {
      this.#fault = { reason: before?.reason ?? reason, ...place };
    }
  }
}
