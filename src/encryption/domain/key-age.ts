import { limits } from '../../core/limits.js';

/** Use of a key until now. */
export interface KeyUse {
  readonly createdMs: number;
  readonly wraps: number;
}

/** Reports whether another key should replace it: by its age, or because nonces are random. */
export function isRotationDue({ createdMs, wraps }: KeyUse, nowMs: number): boolean {
  return wraps >= limits.keyWrapsMax || nowMs - createdMs >= limits.keyAgeMsMax;
}

/** Reports whether it must not wrap any more, whatever the consequences. */
export function isSpent({ wraps }: Pick<KeyUse, 'wraps'>): boolean {
  return wraps >= limits.keyWrapsRefused;
}
