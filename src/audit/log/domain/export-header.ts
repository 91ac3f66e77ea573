import { limits } from '../../../core/limits.js';
import { type Checkpoint, parseCheckpointText } from './checkpoint.js';
import type { ExportLine } from './export-line.js';
import { type NoteVerifier, parseVerifierKey } from './note-key.js';
import { parseNote } from './signed-note.js';
import { TILE_WIDTH } from './tile-path.js';
import { HASH_BYTES } from './tree-hash.js';

/** Part of an export before its entries; it stores no more than a valid export has. */
export class ExportHeader {
  readonly #keys: NoteVerifier[] = [];
  readonly #edges: Uint8Array[] = [];
  #head: { readonly note: string; readonly checkpoint: Checkpoint } | undefined;
  #first: number | undefined;

  /** Returns keys that the export names, which no key has confirmed yet. */
  get keys(): readonly NoteVerifier[] {
    return this.#keys;
  }

  /** Returns the checkpoint up to which the export goes. */
  get head(): { readonly note: string; readonly checkpoint: Checkpoint } | undefined {
    return this.#head;
  }

  /** Returns the index of the first entry. */
  get first(): number {
    return this.#first ?? 0;
  }

  /** Returns the partial tile of each level before the first entry. */
  get edges(): readonly Uint8Array[] {
    return this.#edges;
  }

  /** Reports whether everything is present that the entries continue from. */
  get isWhole(): boolean {
    const size = this.#head?.checkpoint.size ?? -1;
    const { first } = this;
    if (this.#first === undefined || first % TILE_WIDTH !== 0 || first > size) return false;
    const widths = edgeWidths(first);
    const isFitting = widths.every((width, at) => this.#edges[at]?.length === width * HASH_BYTES);
    return isFitting && this.#edges.length === widths.length;
  }

  /** Adds a line; false for a misplaced or repeated line. */
  add(line: ExportLine): boolean {
    switch (line.kind) {
      case 'key':
        return this.#key(line.vkey);
      case 'checkpoint':
        return this.#checkpoint(line.note);
      case 'first':
        if (this.#first !== undefined) return false;
        this.#first = line.index;
        return true;
      case 'edge':
        return this.#edge(line.level, line.hashes);
      default:
        return false;
    }
  }

  #key(vkey: string): boolean {
    const key = parseVerifierKey(vkey);
    if (key === undefined || this.#keys.length >= limits.auditLogKeysMax) return false;
    this.#keys.push(key);
    return true;
  }

  #checkpoint(note: string): boolean {
    const text = parseNote(note)?.text;
    const checkpoint = text === undefined ? undefined : parseCheckpointText(text);
    if (checkpoint === undefined || this.#head !== undefined) return false;
    this.#head = { note, checkpoint };
    return true;
  }

  #edge(level: number, hashes: Uint8Array): boolean {
    if (level !== this.#edges.length || level >= LEVELS_MAX) return false;
    if (hashes.length >= TILE_WIDTH * HASH_BYTES) return false;
    this.#edges.push(hashes);
    return true;
  }
}

/** Levels of tiles of the largest log whose size is a safe integer, and one more. */
const LEVELS_MAX = 8;

/**
 * Returns the hash count of each level's partial tile in a tree of this size, from the leaves up.
 */
function edgeWidths(size: number): readonly number[] {
  const widths: number[] = [];
  for (let nodes = size; nodes > 0; nodes = Math.floor(nodes / TILE_WIDTH)) {
    widths.push(nodes % TILE_WIDTH);
  }
  return widths;
}
