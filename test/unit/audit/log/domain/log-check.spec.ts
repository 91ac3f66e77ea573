import { beforeAll, describe, expect, it } from 'vitest';
import { leafHash } from '../../../../../src/audit/domain/leaf-hash.js';
import { signLostEntries } from '../../../../../src/audit/log/domain/acceptance.js';
import { signCheckpoint } from '../../../../../src/audit/log/domain/checkpoint.js';
import type { ExportLine } from '../../../../../src/audit/log/domain/export-line.js';
import { LogCheck } from '../../../../../src/audit/log/domain/log-check.js';
import type { LogFault } from '../../../../../src/audit/log/domain/log-fault.js';
import { signRotation } from '../../../../../src/audit/log/domain/key-rotation.js';
import { TreeGrowth } from '../../../../../src/audit/log/domain/tree-growth.js';
import type { AuditFacts } from '../../../../../src/audit/domain/audit-event.js';
import { eventOf } from '../../audit-builders.js';
import { newSigner } from './signers.js';

type Line = ExportLine | Buffer;
const entry = (index: number) => Buffer.from(`{"entry":${index}}`);
const old = newSigner();
const next = newSigner();
const { vkey } = next.verifier;
const bytesOf = (facts: AuditFacts) => Buffer.from(JSON.stringify(eventOf({ facts })));
const vouched = (by = old) =>
  bytesOf({
    action: 'keys.rotate',
    logKey: vkey,
    logKeyNote: signRotation({ vkey, treeSize: 250 }, by),
  });
const pruning = bytesOf({ action: 'audit.prune', log: { prunedFrom: 0, prunedTo: 256 } });
const SIZE = 600;
const ROTATED_AT = 300;
const NOTHING_KEPT = { compared: 0, empty: 0, pruned: 0, foreign: 0, unknown: 0 };
const PRUNED_AT = 410;

/**
 * A log of 600 entries with a checkpoint every 50, and after the 300th those of another key, which
 * `rotation` announces; then the first 256 are pruned.
 */
function exported(first = 0, rotation = vouched(), prune = pruning): Line[] {
  const growth = new TreeGrowth(0, []);
  const edges: Buffer[] = [];
  const body: Line[] = [];
  let note = '';
  for (let index = 0; index < SIZE; index += 1) {
    if (index === first) {
      edges.push(...[0, 1].map((level) => Buffer.concat([...growth.edge(level)])));
      body.length = 0;
    }
    const special = { [ROTATED_AT - 5]: rotation, [PRUNED_AT]: prune };
    const bytes = special[index] ?? entry(index);
    growth.append(leafHash(bytes));
    body.push(bytes, ...growth.takeFilled().map((tile) => ({ kind: 'tile', ...tile }) as const));
    if ((index + 1) % 50 > 0) continue;
    const signer = index < ROTATED_AT ? old : next;
    note = signCheckpoint({ size: index + 1, root: growth.root() }, signer);
    body.push({ kind: 'checkpoint', note });
  }
  const hashes = Buffer.concat([...growth.edge(0)]);
  return [
    { kind: 'version' },
    { kind: 'key', vkey: old.verifier.vkey },
    { kind: 'key', vkey: next.verifier.vkey },
    { kind: 'checkpoint', note },
    { kind: 'first', index: first },
    ...(first === 0
      ? []
      : edges.map((edge, level) => ({ kind: 'edge', level, hashes: edge }) as const)),
    { kind: 'blank' },
    ...body,
    { kind: 'leaves', index: 2, hashes },
    { kind: 'end' },
  ];
}

function verdictOf(
  lines: readonly Line[],
  options: Partial<ConstructorParameters<typeof LogCheck>[0]> = {},
): { fault: LogFault | undefined; check: LogCheck } {
  const check = new LogCheck({ trusted: [old.verifier], ...options });
  for (const line of lines) {
    if (check.isOver) break;
    if (Buffer.isBuffer(line)) check.entry(line, leafHash(line));
    else check.line(line);
  }
  return { fault: check.finish(), check };
}

describe('an export', () => {
  let good: Line[];
  const placeOf = (index: number) =>
    good.findIndex((line) => Buffer.isBuffer(line) && line.equals(entry(index)));
  const isCheckpoint = (line: Line) => !Buffer.isBuffer(line) && line.kind === 'checkpoint';
  /** The export with some lines in place of the one at `at`. */
  const changed = (at: number, ...lines: Line[]) => good.toSpliced(at, 1, ...lines);

  beforeAll(() => {
    good = exported();
  });

  it('is good under the key that the log was begun with, and under the last one', () => {
    const { fault, check } = verdictOf(good);
    expect(fault).toBeUndefined();
    expect(check.summary).toEqual({
      ...{ origin: 'log.example', first: 0, size: SIZE, checkpoints: 12 },
      ...{ agreed: [], unvouched: [], foreign: [], kept: NOTHING_KEPT },
    });
    expect(verdictOf(good, { trusted: [next.verifier] }).fault).toBeUndefined();
  });

  it('is good without the entries that were pruned', () => {
    const { fault, check } = verdictOf(exported(256));
    expect(fault).toBeUndefined();
    expect(check.summary).toMatchObject({ first: 256, size: SIZE });
  });

  it('is not good where the first entries are gone and no event says that they were pruned', () => {
    const silent = exported(256, vouched(), entry(PRUNED_AT));
    expect(verdictOf(silent).fault).toMatchObject({
      ...{ from: 0, to: 255 },
      reason: expect.stringContaining('no event says that they were pruned') as string,
    });
    const acceptanceNote = signLostEntries(256, next);
    const log = { prunedTo: 256, treeSize: SIZE, acceptanceNote };
    const lost = exported(256, vouched(), bytesOf({ action: 'audit.acceptRollback', log }));
    expect(verdictOf(lost).fault?.reason).toContain(`(--accept-rollback ${PRUNED_AT})`);
    const { fault, check } = verdictOf(lost, { agreed: [PRUNED_AT] });
    expect(fault).toBeUndefined();
    expect(check.summary.agreed).toEqual([PRUNED_AT]);
  });

  it('is not good by an acceptance that no key of the log has signed, which is named', () => {
    const log = { prunedTo: 256 };
    const forged = exported(256, vouched(), bytesOf({ action: 'audit.acceptRollback', log }));
    const { fault, check } = verdictOf(forged, { agreed: [PRUNED_AT] });
    expect(fault?.reason).toMatch(/no event says that they were pruned$/);
    expect(check.summary).toMatchObject({ agreed: [], foreign: [PRUNED_AT] });
  });

  it('is not good by a key that an event names and no other vouches for', () => {
    const named = bytesOf({ action: 'keys.rotate', logKey: vkey });
    for (const forged of [named, vouched(next), vouched(newSigner())]) {
      const { fault, check } = verdictOf(exported(0, forged));
      expect(fault?.reason).toMatch(/none of the keys/);
      expect(check.summary.unvouched).toEqual([ROTATED_AT - 5]);
      const known = verdictOf(exported(0, forged), { trusted: [next.verifier] });
      expect(known.fault).toBeUndefined();
      expect(known.check.summary.unvouched).toEqual([ROTATED_AT - 5]);
    }
  });

  it('is not good under a key that nobody vouches for', () => {
    expect(verdictOf(good, { trusted: [newSigner().verifier] }).fault?.reason).toMatch(/none of/);
  });

  it.each([3, 49, 50, 255, 256, 511, 512, 599])('tells that entry %i was changed', (index) => {
    const { fault } = verdictOf(changed(placeOf(index), entry(9_999)));
    expect(fault).toMatchObject({ from: index, to: index });
  });

  it('tells which entry is missing', () => {
    const missing = changed(placeOf(260), { kind: 'missing' });
    expect(verdictOf(missing).fault).toMatchObject({ from: 260, to: 260 });
    expect(verdictOf(changed(placeOf(260))).fault).toMatchObject({ from: 260, to: 260 });
  });

  it('tells which entries changed places', () => {
    const [one, other] = [placeOf(130), placeOf(140)];
    const swapped = good.with(one, entry(140)).with(other, entry(130));
    expect(verdictOf(swapped).fault).toMatchObject({ from: 130, to: 130 });
  });

  it('tells between which checkpoints it was changed, where the hashes beside were too', () => {
    const growth = new TreeGrowth(0, []);
    const forged = good.map((line): Line => {
      if (Buffer.isBuffer(line)) {
        const bytes = line.equals(entry(130)) ? entry(9_999) : line;
        growth.append(leafHash(bytes));
        return bytes;
      }
      if (line.kind !== 'tile' || line.hashes.length < 8_192) return line;
      const [tile] = growth.takeFilled();
      return { kind: 'tile', ...(tile ?? line) };
    });
    expect(verdictOf(forged).fault).toMatchObject({ from: 100, to: 149 });
  });

  it('tells that a tile was changed or is gone', () => {
    const at = good.findIndex((line) => !Buffer.isBuffer(line) && line.kind === 'tile');
    const tile = good[at] as Extract<ExportLine, { kind: 'tile' }>;
    const hashes = Buffer.from(tile.hashes);
    hashes[70 * 32] = (hashes[70 * 32] ?? 0) ^ 1;
    expect(verdictOf(changed(at, { ...tile, hashes })).fault).toMatchObject({ from: 70, to: 70 });
    expect(verdictOf(changed(at)).fault).toMatchObject({ from: 0, to: 255 });
  });

  it('tells that a checkpoint was forged', () => {
    const at = good.findLastIndex((line) => isCheckpoint(line));
    const forged = signCheckpoint({ size: SIZE, root: Buffer.alloc(32) }, newSigner());
    expect(verdictOf(changed(at, { kind: 'checkpoint', note: forged })).fault).toMatchObject({
      from: 550,
      reason: expect.stringContaining('not signed') as string,
    });
    expect(verdictOf(changed(at)).fault?.reason).toMatch(/not at the end/);
  });

  it('tells that it was cut', () => {
    const cut = good.slice(0, placeOf(400));
    expect(verdictOf(cut).fault).toMatchObject({ from: 400, to: 400 });
    expect(verdictOf([...cut, { kind: 'end' }]).fault).toMatchObject({ from: 400, to: 400 });
    expect(verdictOf(good.slice(0, 3)).fault).toBeDefined();
    expect(verdictOf([]).fault).toBeDefined();
  });

  it('leads to every checkpoint that was kept elsewhere', () => {
    const growth = new TreeGrowth(0, []);
    for (let index = 0; index < 33; index += 1) growth.append(leafHash(entry(index)));
    const keptOf = (size: number, root = Buffer.alloc(32), by = old) => {
      return { size, root, note: signCheckpoint({ size, root }, by) };
    };
    const kept = keptOf(33, Buffer.from(growth.root()));
    const empty = keptOf(0, Buffer.from(new TreeGrowth(0, []).root()));
    expect(verdictOf(good, { kept: [kept, kept, empty] }).fault).toBeUndefined();
    const other = keptOf(33);
    expect(verdictOf(good, { kept: [kept, other] }).fault).toMatchObject({ from: 0, to: 32 });
    for (const by of [old, next]) {
      const { fault } = verdictOf(good, { kept: [keptOf(SIZE + 7, undefined, by)] });
      expect(fault).toMatchObject({ from: SIZE, to: SIZE });
    }
    const strange = keptOf(33, undefined, newSigner());
    const { fault, check } = verdictOf(good, { kept: [kept, strange] });
    expect(fault).toBeUndefined();
    expect(check.summary.kept).toEqual({
      compared: 1,
      empty: 0,
      pruned: 0,
      foreign: 1,
      unknown: 0,
    });
    expect([kept, strange].map((one) => check.isKept(one))).toEqual([true, false]);
  });

  it('holds nothing but what belongs there', () => {
    const nonsense: Line[] = [
      { kind: 'version' },
      { kind: 'first', index: 0 },
      { kind: 'blank' },
      { kind: 'tile', level: 0, index: 9, hashes: Buffer.alloc(32) },
      { kind: 'leaves', index: 9, hashes: Buffer.alloc(32) },
    ];
    for (const line of nonsense) {
      expect(verdictOf(good.toSpliced(placeOf(20), 0, line)).fault).toMatchObject({ from: 20 });
    }
    const notes = good.filter((line) => isCheckpoint(line)).slice(-1);
    const endless = Array.from({ length: 20 }, () => notes).flat();
    expect(verdictOf(good.toSpliced(-2, 0, ...endless)).check.isOver).toBe(true);
    const more = good.toSpliced(-2, 0, entry(SIZE));
    expect(verdictOf(more).fault).toMatchObject({ from: SIZE, to: SIZE });
    expect(verdictOf([...good, entry(SIZE)]).fault).toBeDefined();
    expect(verdictOf([entry(0)]).fault).toBeDefined();
    expect(verdictOf(good.slice(1)).fault?.reason).toMatch(/no export/);
    expect(verdictOf(good.filter((line) => !isCheckpoint(line))).fault).toBeDefined();
  });
});
