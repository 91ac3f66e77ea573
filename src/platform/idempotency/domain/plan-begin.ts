import { Buffer } from 'node:buffer';
import type { IdempotencyRecord, IdempotentAnswer } from './idempotency-record.js';

/** Decision about a request with a key. */
export type BeginPlan =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly answer: IdempotentAnswer }
  | { readonly kind: 'running' }
  | { readonly kind: 'otherRequest' }
  /** An earlier run may have taken effect. */
  | { readonly kind: 'afterUnknown' };

export interface BeginSituation {
  readonly record: IdempotencyRecord | undefined;
  readonly fingerprint: Uint8Array;
  /** Fingerprint of what this process currently runs in the slot. */
  readonly runningHere: Uint8Array | undefined;
  readonly expiredBeforeMs: number;
  /** This process. */
  readonly bootId: string;
  /** Runs of other processes that began before this are over, whatever their outcome. */
  readonly othersSinceMs: number;
}

export function planBegin(situation: BeginSituation): BeginPlan {
  const { record, fingerprint, runningHere } = situation;
  if (runningHere !== undefined) {
    return { kind: sameBytes(runningHere, fingerprint) ? 'running' : 'otherRequest' };
  }
  if (record === undefined || record.createdMs < situation.expiredBeforeMs) return { kind: 'new' };
  if (record.isForeign) return { kind: 'afterUnknown' };
  if (!sameBytes(record.fingerprint, fingerprint)) return { kind: 'otherRequest' };
  if (record.state === 'done' && record.answer !== undefined) {
    return { kind: 'replay', answer: record.answer };
  }
  if (isElsewhere(record, situation)) return { kind: 'running' };
  // An untracked run ended with its process, or its outcome could not be recorded.
  return { kind: 'afterUnknown' };
}

function isElsewhere(record: IdempotencyRecord, situation: BeginSituation): boolean {
  const { bootId, othersSinceMs } = situation;
  return (
    record.state === 'running' && record.bootId !== bootId && record.createdMs >= othersSinceMs
  );
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
