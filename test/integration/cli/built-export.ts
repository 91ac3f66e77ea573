import { Buffer } from 'node:buffer';
import { leafHash } from '../../../src/audit/domain/leaf-hash.js';
import { signCheckpoint } from '../../../src/audit/log/domain/checkpoint.js';
import {
  type ExportLine,
  entryLine,
  exportLine,
} from '../../../src/audit/log/domain/export-line.js';
import type { NoteSigner } from '../../../src/audit/log/domain/note-key.js';
import { TreeGrowth } from '../../../src/audit/log/domain/tree-growth.js';
import { eventOf } from '../../unit/audit/audit-builders.js';

export interface BuiltLog {
  /** As `/v1/audit/export?format=tlog` has it. */
  readonly text: string;
  /** Notes by the size of what they sign. */
  readonly notes: ReadonlyMap<number, string>;
}

const SIZE = 600;
const EVERY = 50;
const PRUNED_TO = 256;
const pruning = Buffer.from(
  JSON.stringify(
    eventOf({ facts: { action: 'audit.prune', log: { prunedFrom: 0, prunedTo: PRUNED_TO } } }),
  ),
);

/**
 * A log of 600 entries that a key signs at every 50; of several `lines` the entries differ. With
 * `isPruned` the first 256 are gone.
 */
export function builtLog(
  signer: NoteSigner,
  { line = 'log', isPruned = false }: { readonly line?: string; readonly isPruned?: boolean } = {},
): BuiltLog {
  const first = isPruned ? PRUNED_TO : 0;
  const growth = new TreeGrowth(0, []);
  const notes = new Map<number, string>();
  const edges: Uint8Array[] = [];
  const body: Uint8Array[] = [];
  const add = (entry: ExportLine) => body.push(exportLine(entry));
  for (let index = 0; index < SIZE; index += 1) {
    if (isPruned && index === first) {
      edges.push(...[0, 1].map((level) => Buffer.concat([...growth.edge(level)])));
      body.length = 0;
    }
    const bytes = index === SIZE - 5 ? pruning : Buffer.from(JSON.stringify({ [line]: index }));
    growth.append(leafHash(bytes));
    body.push(...entryLine(bytes));
    for (const tile of growth.takeFilled()) add({ kind: 'tile', ...tile });
    if ((index + 1) % EVERY > 0) continue;
    const note = signCheckpoint({ size: index + 1, root: growth.root() }, signer);
    notes.set(index + 1, note);
    add({ kind: 'checkpoint', note });
  }
  add({ kind: 'leaves', index: 2, hashes: Buffer.concat([...growth.edge(0)]) });
  const head: readonly ExportLine[] = [
    { kind: 'version' },
    { kind: 'key', vkey: signer.verifier.vkey },
    { kind: 'checkpoint', note: notes.get(SIZE) ?? '' },
    { kind: 'first', index: first },
    ...edges.map((hashes, level) => ({ kind: 'edge', level, hashes }) as const),
    { kind: 'blank' },
  ];
  const pieces = [...head.map(exportLine), ...body, exportLine({ kind: 'end' })];
  return { text: Buffer.concat(pieces).toString('utf8'), notes };
}
