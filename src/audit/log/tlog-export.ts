import { Buffer } from 'node:buffer';
import { entryLine, exportLine } from './domain/export-line.js';
import type { NoteVerifier } from './domain/note-key.js';
import { firstDifference } from './domain/tile-hashes.js';
import { TILE_WIDTH } from './domain/tile-path.js';
import { HASH_BYTES } from './domain/tree-hash.js';
import { LogDamaged } from './log-damaged.js';
import type { LogStore, StoredCheckpoint, StoredEntry } from './log-store.js';
import type { TileReader } from './tile-reader.js';

export interface ExportParts {
  readonly store: Pick<LogStore, 'head' | 'entries' | 'tile' | 'checkpoints'>;
  readonly tiles: Pick<TileReader, 'edge'>;
  readonly verifiers: readonly NoteVerifier[];
  /** The end of the export. */
  readonly checkpoint: StoredCheckpoint;
}

/** Checkpoints that are read ahead. */
const CHECKPOINTS_AT_ONCE = 256;

/**
 * Renders the whole log up to a checkpoint, with everything needed to verify it, in pieces. Missing
 * or damaged parts are exported unchanged: the verifier reports them.
 */
export async function* tlogExport(parts: ExportParts): AsyncGenerator<Buffer> {
  const { store, checkpoint } = parts;
  const first = (await store.head()).prunedBelow;
  yield await headOf(parts, first);
  const notes = checkpointsBetween(parts, first);
  let note = await notes.next();
  for (let from = first; from < checkpoint.size; from += TILE_WIDTH) {
    const to = Math.min(from + TILE_WIDTH, checkpoint.size);
    const lines: Uint8Array[] = [];
    const entries = await store.entries(from, to);
    if (entries.length < to - from) await refusePruned(parts, from);
    const byIndex = new Map(entries.map((entry) => [entry.leafIndex, entry]));
    for (let index = from; index < to; index += 1) {
      const entry = byIndex.get(index);
      lines.push(
        ...(entry === undefined ? [exportLine({ kind: 'missing' })] : entryLine(entry.event)),
      );
      const isFull = index + 1 === from + TILE_WIDTH;
      if (isFull) lines.push(...(await tilesBelow(parts, index + 1)));
      while (!note.done && note.value.size === index + 1) {
        lines.push(exportLine({ kind: 'checkpoint', note: note.value.note }));
        note = await notes.next();
      }
    }
    lines.push(...(await storedHashes(parts, entries, from)));
    yield Buffer.concat(lines);
  }
  yield exportLine({ kind: 'end' });
}

async function refusePruned({ store }: ExportParts, from: number): Promise<void> {
  if ((await store.head()).prunedBelow <= from) return;
  throw new LogDamaged('the log was pruned while it was exported: export it again');
}

async function headOf({ tiles, verifiers, checkpoint }: ExportParts, first: number) {
  const edges = await tiles.edge(first);
  return Buffer.concat([
    exportLine({ kind: 'version' }),
    ...verifiers.map(({ vkey }) => exportLine({ kind: 'key', vkey })),
    exportLine({ kind: 'checkpoint', note: checkpoint.note }),
    exportLine({ kind: 'first', index: first }),
    ...edges.map((hashes, level) => exportLine({ kind: 'edge', level, hashes })),
    exportLine({ kind: 'blank' }),
  ]);
}

/** Returns the tiles of all levels that end at this size, as stored. */
async function tilesBelow({ store }: ExportParts, size: number): Promise<Buffer[]> {
  const lines: Buffer[] = [];
  for (let level = 0; size % TILE_WIDTH ** (level + 1) === 0; level += 1) {
    const index = size / TILE_WIDTH ** (level + 1) - 1;
    const hashes = await store.tile(level, index);
    if (hashes !== undefined) lines.push(exportLine({ kind: 'tile', level, index, hashes }));
  }
  return lines;
}

/** Returns stored hashes: all of a tile that is not full, else only if they differ. */
async function storedHashes(
  { store }: ExportParts,
  entries: readonly StoredEntry[],
  from: number,
): Promise<Buffer[]> {
  const index = from / TILE_WIDTH;
  const hashes = Buffer.concat(entries.map(({ leafHash }) => leafHash));
  const tile = await store.tile(0, index);
  const isTold = tile !== undefined && firstDifference(tile, hashes) === undefined;
  return isTold || hashes.length === 0
    ? []
    : [exportLine({ kind: 'leaves', index, hashes: hashes.subarray(0, WHOLE) })];
}

const WHOLE = TILE_WIDTH * HASH_BYTES;

async function* checkpointsBetween({ store, checkpoint }: ExportParts, first: number) {
  let after = first;
  for (;;) {
    const found = await store.checkpoints(after, checkpoint.size, CHECKPOINTS_AT_ONCE);
    yield* found;
    const last = found.at(-1);
    if (last === undefined || last.size >= checkpoint.size) return;
    after = last.size;
  }
}
