import { type RotationRun, hasEnded } from '../../domain/rotation-run.js';

/** Which sealed values stay when a run changes. */
export interface KeptValues {
  /** Its own. */
  readonly own: boolean;
  /** Those of runs of the same Secret that ended before. */
  readonly earlier: boolean;
}

/**
 * What the end of a run leaves. Until another has succeeded, any value that a target may have heard
 * of can be the one that works there; nobody heard of it in the first step.
 */
export function keptValues({ state, step }: Pick<RotationRun, 'state' | 'step'>): KeptValues {
  if (!hasEnded({ state })) return { own: true, earlier: true };
  if (state === 'succeeded') return { own: true, earlier: false };
  return { own: step !== 'create', earlier: true };
}
