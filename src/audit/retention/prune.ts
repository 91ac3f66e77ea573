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
  /** Rows of the outbox: what is anchored, and what is fed. */
  readonly anchors: readonly string[];
  readonly sinks: readonly string[];
  /** Writes into the log what is to go; rejects where that is not durable. */
  readonly record: (range: PruneRange) => Promise<void>;
  /** How long to wait until what was written is signed; `auditPruneSignedMsMax` if absent. */
  readonly signedMsMax?: number;
  /** Told before events go that a sink would not take, for want of room. */
  readonly onDeadLettersLost?: (count: number) => void;
  /** Told which anchors and sinks keep events that are to go, by their rows; none if all may go. */
  readonly onHeld?: (names: readonly string[]) => void;
  /** Told before events go that are less than a day old, for want of room. */
  readonly onYoungPruned?: () => void;
  readonly onProgress?: (prunedBelow: number, to: number) => void;
  readonly nowMs?: () => number;
}

/** Between two bundles: whoever appends comes first. */
const PAUSE_MS = 5;
const LOOK_MS = 100;

/**
 * Takes away what is too old or too much, as whole bundles from the oldest on: what goes is written
 * down first, at an index above all that goes, and signed: so the newest such event is always in
 * the log, and who verifies that can demand it. Returns what went; undefined where nothing had to,
 * or nothing may yet.
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
  // What a run that was cut off has written down holds for the next one.
  if (!(await store.isRecorded(to))) await record({ from, to });
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

/** Anchors and sinks that keep something of what is to go: it is not in them yet. */
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

/** Whether any of these is young, and goes only because the log is too large. */
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
