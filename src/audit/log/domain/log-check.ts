import { type Checkpoint, openCheckpoint, parseCheckpointText } from './checkpoint.js';
import type { ExportLine } from './export-line.js';
import { announcedKey } from './announced-key.js';
import { type NoteVerifier, parseVerifierKey } from './note-key.js';
import { parseNote } from './signed-note.js';
import { firstDifference } from './tile-hashes.js';
import { TILE_WIDTH } from './tile-path.js';
import { HASH_BYTES, sameHash } from './tree-hash.js';
import { type FullTile, TreeGrowth } from './tree-growth.js';

/** What is wrong, and between which indexes the first bad entry lies: one, where they are equal. */
export interface LogFault {
  readonly reason: string;
  readonly from: number;
  readonly to: number;
}

export interface LogCheckOptions {
  /** Keys that are believed from the start; those that they announce are believed as well. */
  readonly trusted: readonly NoteVerifier[];
  /** Checkpoints of the same log that were kept elsewhere. */
  readonly kept?: readonly Pick<Checkpoint, 'size' | 'root'>[];
}

type TileLine = Extract<ExportLine, { kind: 'tile' }>;
type LeavesLine = Extract<ExportLine, { kind: 'leaves' }>;

const NO_HASH = new Uint8Array(HASH_BYTES);

/** Checks an export as it is read, in constant memory, up to the first entry that is bad. */
export class LogCheck {
  #state: 'version' | 'header' | 'body' | 'ended' = 'version';
  #trusted: readonly NoteVerifier[];
  readonly #listed: NoteVerifier[] = [];
  #announced: NoteVerifier[] = [];
  /** The last checkpoint is signed with none of the trusted keys: one of them must lead to it. */
  #learns = false;
  readonly #kept: readonly Pick<Checkpoint, 'size' | 'root'>[];
  #keptAt = 0;
  #head: { readonly note: string; readonly checkpoint: Checkpoint } | undefined;
  #first = 0;
  readonly #edges: Uint8Array[] = [];
  #growth = new TreeGrowth(0, []);
  /** Entries before it are those that were signed. */
  #vouched = 0;
  #checkpoints = 0;
  #lastNote: string | undefined;
  #isHeadTrusted = false;
  /** Tiles that are full and must be read next. */
  #due: readonly FullTile[] = [];
  #lastTile: FullTile | undefined;
  /** The hashes of the tile that is not full were read, and no entry since. */
  #hasTail = false;
  /** An entry was missing. */
  #hasGap = false;
  #fault: LogFault | undefined;
  /** What is known of the fault cannot become more exact. */
  #isOver = false;

  constructor({ trusted, kept = [] }: LogCheckOptions) {
    this.#trusted = trusted;
    this.#kept = kept.toSorted((one, other) => one.size - other.size);
  }

  /** Nothing that is still to be read would change the verdict. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The index of the next entry. */
  get size(): number {
    return this.#growth.size;
  }

  /** How many entries there are, as far as the beginning tells. */
  get total(): number {
    return this.#head?.checkpoint.size ?? 0;
  }

  /** What was checked. */
  get summary() {
    const { origin = '' } = this.#head?.checkpoint ?? {};
    return { origin, first: this.#first, size: this.size, checkpoints: this.#checkpoints };
  }

  /** The next entry; `leafHash` must be the hash of `bytes`. */
  entry(bytes: Buffer, leafHash: Uint8Array): void {
    if (this.#state !== 'body') return this.#nonsense();
    if (this.#due.length > 0) return this.#tileMissing();
    if (this.size >= this.total) return this.#end('there are more entries than were signed');
    this.#growth.append(leafHash);
    const key = this.#learns ? announcedKey(bytes) : undefined;
    if (key !== undefined) this.#announced.push(key);
    if (this.size % TILE_WIDTH === 0) this.#due = this.#growth.takeFilled();
    this.#hasTail = false;
    if (this.#kept[this.#keptAt]?.size === this.size) this.#compareKept();
  }

  /** Any other line; undefined for one that is none. */
  line(line: ExportLine | undefined): void {
    if (line === undefined || this.#state === 'ended') return this.#nonsense();
    if (this.#state === 'version') {
      if (line.kind !== 'version') return this.#end('this is no export of an audit log');
      this.#state = 'header';
    } else if (this.#state === 'header') {
      this.#header(line);
    } else {
      this.#body(line);
    }
  }

  /**
   * The verdict, once everything was read or `isOver`: the fault, or undefined of a good log.
   * `isCut`: behind the last line there is the beginning of another.
   */
  finish(isCut = false): LogFault | undefined {
    if (this.#fault !== undefined) return this.#fault;
    if (this.#state === 'ended' && !isCut) return undefined;
    this.#end(this.#state === 'body' ? 'the export ends too early' : 'this is no whole export');
    return this.#fault;
  }

  #header(line: ExportLine): void {
    if (line.kind === 'key') {
      const key = parseVerifierKey(line.vkey);
      if (key === undefined) return this.#nonsense();
      this.#listed.push(key);
    } else if (line.kind === 'checkpoint') {
      const text = parseNote(line.note)?.text;
      const checkpoint = text === undefined ? undefined : parseCheckpointText(text);
      if (checkpoint === undefined || this.#head !== undefined) return this.#nonsense();
      this.#head = { note: line.note, checkpoint };
    } else if (line.kind === 'first') {
      this.#first = line.index;
    } else if (line.kind === 'edge' && line.level === this.#edges.length) {
      this.#edges.push(line.hashes);
    } else if (line.kind === 'blank') {
      this.#begin();
    } else {
      this.#nonsense();
    }
  }

  #begin(): void {
    const isWhole = this.#first % TILE_WIDTH === 0 && this.#first <= this.total;
    if (this.#head === undefined || !isWhole) return this.#nonsense();
    this.#growth = new TreeGrowth(this.#first, this.#edges);
    this.#vouched = this.#first;
    this.#learns = openCheckpoint(this.#head.note, this.#trusted) === undefined;
    this.#state = 'body';
    while ((this.#kept[this.#keptAt]?.size ?? Infinity) < this.#first) this.#keptAt += 1;
    this.#compareKept();
  }

  #body(line: ExportLine): void {
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

  /** Some entry of a tile that was to be full is not there: its hashes tell which. */
  #early(index: number, hashes: Uint8Array): void {
    if (index !== Math.floor(this.size / TILE_WIDTH)) return this.#nonsense();
    this.#compare({ level: 0, index, hashes: Buffer.concat(this.#growth.edge(0)) }, hashes);
  }

  /** What lies beside the entries of the tile that is not full, or of the last full one. */
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
    // The entries fit the hashes that are stored, so nothing can tell them apart any more.
    if (level === 0 && this.#fault !== undefined) this.#isOver = true;
  }

  #checkpoint(note: string): void {
    const { size } = this;
    const trusted = openCheckpoint(note, this.#trusted);
    const opened = trusted ?? openCheckpoint(note, this.#listed);
    const what = `the checkpoint of ${opened?.size ?? size} entries`;
    if (opened === undefined) return this.#doubt(`${what} is not signed with a key of the log`);
    if (opened.size !== size) return this.#doubt(`${what} stands where ${size} entries are`);
    if (opened.origin !== this.#head?.checkpoint.origin) {
      return this.#doubt(`${what} is of another log`);
    }
    if (!sameHash(opened.root, this.#growth.root())) {
      return this.#doubt(`the entries are not those of ${what}`);
    }
    if (this.#fault !== undefined) return;
    this.#checkpoints += 1;
    this.#vouched = size;
    this.#lastNote = note;
    this.#isHeadTrusted = trusted !== undefined;
    if (trusted === undefined) return;
    // Whatever a trusted key has signed tells which key comes next.
    this.#trusted = [...this.#trusted, ...this.#announced];
    this.#announced = [];
  }

  #compareKept(): void {
    for (let kept = this.#kept[this.#keptAt]; kept?.size === this.size;) {
      if (!sameHash(kept.root, this.#growth.root())) {
        this.#doubt(`the entries are not those of the checkpoint of ${kept.size} that was kept`);
      }
      this.#keptAt += 1;
      kept = this.#kept[this.#keptAt];
    }
  }

  #ended(): void {
    if (this.size < this.total) return this.#end('the entry is missing, and all after it');
    if (this.size % TILE_WIDTH > 0 && !this.#hasTail) return this.#nonsense();
    const [lost] = this.#kept.slice(this.#keptAt);
    if (lost !== undefined) {
      return this.#end(`the log ends here, but a checkpoint of ${lost.size} entries was kept`);
    }
    if (this.#lastNote !== this.#head?.note) return this.#doubt('its checkpoint is not at the end');
    if (!this.#isHeadTrusted) {
      return this.#doubt('the last checkpoint is signed with none of the keys that were given');
    }
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

  /** Others may have moved up to where it was: the hashes of a full tile tell from where on. */
  #missing(): void {
    this.#doubt('the entry is missing', this.size);
    this.#hasGap = true;
    this.#growth.append(NO_HASH);
    if (this.size % TILE_WIDTH === 0) this.#due = this.#growth.takeFilled();
  }

  /** Some entry since the last good checkpoint is bad; the hashes of its tile may tell which. */
  #doubt(reason: string, last = this.size - 1): void {
    const to = Math.max(this.#vouched, last);
    this.#fault ??= { reason, from: this.#vouched, to };
    // Of a tile that was compared already they do not.
    if (this.#fault.to < this.size - (this.size % TILE_WIDTH)) this.#isOver = true;
  }

  /** The first bad entry is known as well as it can be. */
  #end(reason: string, place: { from: number; to: number } = { from: this.size, to: this.size }) {
    const before = this.#fault;
    this.#isOver = true;
    // An earlier doubt stands unless this tells which entry it is about.
    if (before === undefined || (place.from === place.to && place.to <= before.to)) {
      this.#fault = { reason: before?.reason ?? reason, ...place };
    }
  }
}
