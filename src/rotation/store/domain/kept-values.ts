import { type RotationRun, hasEnded } from '../../domain/rotation-run.js';

/** Sealed values that stay when a run changes. */
export interface KeptValues {
  /** Whether the run's own values are retained. */
  readonly own: boolean;
  /** Whether values of earlier runs of the same Secret are retained. */
  readonly earlier: boolean;
}

/**
 * Returns which values stay when a run ends. Until another run succeeds, any value that the target
 * may have received can be the valid one. In the first step, no target has received a value.
 */
export function keptValues({ state, step }: Pick<RotationRun, 'state' | 'step'>): KeptValues {
  if (!hasEnded({ state })) return { own: true, earlier: true };
  if (state === 'succeeded') return { own: true, earlier: false };
  return { own: step !== 'create', earlier: true };
}
