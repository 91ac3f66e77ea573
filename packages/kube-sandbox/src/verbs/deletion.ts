import type { KubeObject } from '../model/kube-object.js';
import type { Strategy } from '../model/resource-definition.js';
import type { DeleteOptions } from './delete-options.js';
import { FOREGROUND, ORPHAN } from './propagation.js';
import { timestamp } from './resource-request.js';

/** Effect of a DELETE on one object. */
export interface Deletion {
  /** State to store first; undefined: none. */
  readonly marked: KubeObject | undefined;
  /** Whether the object is removed immediately, instead of when its deletion is finished. */
  readonly isGone: boolean;
}

/**
 * Decides how to delete an object: immediately, or after its finalizers, its grace period and the
 * propagation policy allow it.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export function deletionOf(
  old: KubeObject,
  options: DeleteOptions,
  strategy: Strategy,
  nowMs: number,
): Deletion {
  const graceful = gracefullyMarked(old, options, strategy, nowMs);
  if (graceful === 'pending') return { marked: undefined, isGone: false };
  const policy = strategy.ignoresPropagation === true ? {} : options;
  const finalizers = finalizersAfter(old.metadata.finalizers ?? [], policy);
  const isHeld = finalizers.length > 0;
  if (graceful !== undefined) {
    const isGone = !isHeld && graceful.metadata.deletionGracePeriodSeconds === 0;
    return { marked: withFinalizers(graceful, finalizers), isGone };
  }
  if (!isHeld) return { marked: undefined, isGone: true };
  return { marked: withFinalizers(marked(old, 0, nowMs), finalizers), isGone: false };
}

/** Returns undefined if the kind has no grace periods or the object's period is over. */
function gracefullyMarked(
  old: KubeObject,
  { gracePeriodSeconds }: DeleteOptions,
  strategy: Strategy,
  nowMs: number,
): KubeObject | 'pending' | undefined {
  const asked = gracePeriodSeconds !== undefined && gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds;
  const { deletionTimestamp, deletionGracePeriodSeconds: current = 0 } = old.metadata;
  const period = strategy.gracePeriod?.(old, asked);
  if (period === undefined) return undefined;
  if (deletionTimestamp === undefined) return marked(old, period, nowMs);
  if (current === 0) return undefined;
  if (asked === undefined || asked >= current) return 'pending';
  const shorter = Date.parse(deletionTimestamp) - (current - asked) * 1000;
  const isOver = shorter < nowMs;
  const metadata = {
    ...old.metadata,
    deletionTimestamp: timestamp(isOver ? nowMs : shorter),
    deletionGracePeriodSeconds: isOver && asked !== 0 ? 1 : asked,
  };
  return { ...old, metadata };
}

function marked(old: KubeObject, seconds: number, nowMs: number): KubeObject {
  const { deletionTimestamp, generation = 0 } = old.metadata;
  const isFirst = deletionTimestamp === undefined;
  const metadata = {
    ...old.metadata,
    deletionTimestamp: deletionTimestamp ?? timestamp(nowMs + seconds * 1000),
    deletionGracePeriodSeconds: seconds,
    ...(isFirst && generation > 0 ? { generation: generation + 1 } : {}),
  };
  return { ...old, metadata };
}

/** Returns the finalizers after the propagation policy has added or removed some. */
export function finalizersAfter(
  finalizers: readonly string[],
  { orphanDependents, propagation }: Pick<DeleteOptions, 'orphanDependents' | 'propagation'>,
): readonly string[] {
  if (orphanDependents === undefined && propagation === undefined) return finalizers;
  const others = finalizers.filter((name) => name !== FOREGROUND && name !== ORPHAN);
  if (orphanDependents ?? propagation === 'Orphan') return [...others, ORPHAN];
  return propagation === 'Foreground' ? [...others, FOREGROUND] : others;
}

export function withFinalizers(object: KubeObject, finalizers: readonly string[]): KubeObject {
  const { finalizers: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers: [...finalizers] },
  };
}
