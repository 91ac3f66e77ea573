import { setTimeout as wait } from 'node:timers/promises';
import type { AuditSettings } from '../../platform/config/audit-settings.js';
import { limits } from '../../core/limits.js';
import { TILE_WIDTH } from '../log/domain/tile-path.js';
import { oldBeforeMs } from './domain/max-age.js';
import {
  type LogExtent,
  type PruneLimits,
  prunableBelow,
  pruneBelow,
  surplusEntries,
} from './domain/plan-prune.js';
import type { PruneStore, ReachedLimits } from './prune-store.js';

/** Entries from the first up to and without the second. */
export interface PruneRange {
  readonly from: number;
  readonly to: number;
}

export interface PruneDependencies {
  readonly store: PruneStore;
  readonly retention: AuditSettings['retention'];
  /** Rows of the outbox: anchors, and sinks. */
  readonly anchors: readonly string[];
  readonly sinks: readonly string[];
  /** Records in the log what will be deleted; rejects if the record is not durable. */
  readonly record: (range: PruneRange) => Promise<void>;
  /** How long to wait until the record is signed; `auditPruneSignedMsMax` if absent. */
  readonly signedMsMax?: number;
  /** Called before events that a sink did not accept are deleted for lack of space. */
  readonly onDeadLettersLost?: (count: number) => void;
  /** Receives the rows of anchors and sinks that delay due events; none if all may be deleted. */
  readonly onHeld?: (names: readonly string[]) => void;
  /** Called before events less than a day old are deleted for lack of space. */
  readonly onYoungPruned?: () => void;
  readonly onProgress?: (prunedBelow: number, to: number) => void;
  readonly nowMs?: () => number;
}

/** Between two bundles: appends come first. */
const PAUSE_MS = 5;
const LOOK_MS = 100;

/**
 * Prunes by age and size, as whole bundles from the oldest on. Deletion is first recorded, at an
 * index above all deleted entries, and signed. So the newest such event is always in the log, and a
 * verifier can require it. Returns the deleted range; undefined if nothing was due, or nothing may
 * be deleted yet.
 */
export async function prune(
  parts: PruneDependencies,
  signal?: AbortSignal,
): Promise<PruneRange | undefined> {
  const { store, sinks, record, onProgress, onDeadLettersLost } = parts;
  const extent = await store.extent();
  const limited = await store.limits(parts.anchors, sinks);
  const to = await dueBelow(parts, extent, limited);
  parts.onHeld?.(await holding(parts, extent, { limited, to }));
  const from = extent.prunedBelow;
  if (to <= from) return undefined;
  // The record of an interrupted run is valid for the next run.
  if (!(await store.isRecorded(to))) await record({ from, to });
  await store.integrated();
  await untilSigned(parts, signal);
  const lost = await store.deadLettersBelow(to, sinks);
  if (lost > 0) onDeadLettersLost?.(lost);
  if (await isYoungIn(parts, { from, to })) parts.onYoungPruned?.();
  for (let at = from; at < to; at += TILE_WIDTH) {
    if (signal?.aborted) return { from, to: at };
    await store.pruneBundle(at);
    onProgress?.(at + TILE_WIDTH, to);
    await wait(PAUSE_MS);
  }
  return { from, to };
}

async function untilSigned(
  { store, signedMsMax = limits.auditPruneSignedMsMax }: PruneDependencies,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { size } = await store.extent();
  const endMs = performance.now() + signedMsMax;
  while ((await store.published()) < size) {
    if (signal?.aborted || performance.now() >= endMs) {
      throw new Error('what is to go is written down, but that is not signed yet');
    }
    await wait(LOOK_MS);
  }
}

/** Returns anchors and sinks that do not have all entries yet that are due. */
async function holding(
  parts: PruneDependencies,
  extent: LogExtent,
  { limited, to }: { readonly limited: ReachedLimits; readonly to: number },
): Promise<readonly string[]> {
  const free = { ...limited, anchored: Infinity, fed: Infinity };
  if (prunableBelow(extent, free) <= prunableBelow(extent, limited)) return [];
  const due = await dueBelow(parts, extent, free);
  if (due <= to) return [];
  return [...limited.reached].flatMap(([name, reached]) => (reached < due ? [name] : []));
}

/** Reports whether any of these is young, and pruned only because the log is too large. */
async function isYoungIn(parts: PruneDependencies, { from, to }: PruneRange): Promise<boolean> {
  const { store, retention, nowMs = Date.now } = parts;
  if (retention.maxBytes === undefined) return false;
  const youngMs = nowMs() - limits.auditPruneYoungMs;
  const before = oldBeforeMs(retention.maxAge, nowMs()) ?? youngMs;
  return (await store.firstSince(Math.max(youngMs, before), from, to)) < to;
}

async function dueBelow(
  parts: PruneDependencies,
  extent: LogExtent,
  limited: PruneLimits,
): Promise<number> {
  const { store, retention } = parts;
  const may = prunableBelow(extent, limited);
  const from = extent.prunedBelow;
  const end = Math.min(may, from + limits.auditPruneBundlesMax * TILE_WIDTH);
  if (end <= from) return from;
  const before = oldBeforeMs(retention.maxAge, (parts.nowMs ?? Date.now)());
  const tooOld = before === undefined ? from : await store.firstSince(before, from, end);
  const bytes = retention.maxBytes === undefined ? 0 : await store.bytesPerEntry(extent);
  const surplus = surplusEntries(extent.size - from, bytes, retention.maxBytes);
  return pruneBelow(end, limited, { tooOld, tooMuch: from + surplus });
}
