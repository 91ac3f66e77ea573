import { limits } from '../../core/limits.js';

/** What has been done with a key. */
export interface KeyUse {
  readonly createdMs: number;
  readonly wraps: number;
}

/** Whether another key should take over: by its age, or because nonces are drawn at random. */
export function isRotationDue({ createdMs, wraps }: KeyUse, nowMs: number): boolean {
  return wraps >= limits.keyWrapsMax || nowMs - createdMs >= limits.keyAgeMsMax;
}

/** Whether it must not wrap any more, whatever comes of that. */
export function isSpent({ wraps }: Pick<KeyUse, 'wraps'>): boolean {
  return wraps >= limits.keyWrapsRefused;
}
