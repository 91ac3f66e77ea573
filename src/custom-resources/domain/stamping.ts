import { coversAllWrites } from '../../access/domain/admission-coverage.js';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { StampingSince } from './author.js';

/** Name of the MutatingAdmissionPolicy that stamps authors of rotations, and of its binding. */
export const STAMPING_POLICY = 'sallyport-rotation-author';
/** Likewise for syncs: earlier policies did not cover these. */
const STAMPING_POLICY_OF_SYNCS = 'sallyport-sync-author';
/** Likewise for all other kinds: an earlier policy of the first name did not cover these. */
const STAMPING_POLICY_OF_OTHERS = 'sallyport-share-author';

type Json = Readonly<Record<string, unknown>>;

/**
 * Returns since when both exist as shipped: for every object of a kind, with no condition and no
 * parameter, and refusing what cannot be stamped. Creation times are the API server's own.
 */
export function stampingSince(policy: Json, binding: Json, resource: string): StampingSince {
  const objects = { group: 'sallyport.dev', version: '*', resource };
  const policySpec = recordOf(policy['spec']);
  const bindingSpec = recordOf(binding['spec']);
  const isWhole =
    policySpec['failurePolicy'] === 'Fail' &&
    policySpec['matchConditions'] === undefined &&
    policySpec['paramKind'] === undefined &&
    coversAllWrites(recordOf(policySpec['matchConstraints']), objects) &&
    bindingSpec['policyName'] === stampingPolicyOf(resource) &&
    bindingSpec['paramRef'] === undefined &&
    bindingSpec['matchResources'] === undefined;
  const times = [policy, binding].map(({ metadata }) =>
    Date.parse(String(recordOf(metadata)['creationTimestamp'])),
  );
  const sinceMs = Math.max(...times);
  if (!isWhole || !Number.isFinite(sinceMs)) return undefined;
  return sinceMs + rotationLimits.stampingSettlesMs;
}

/** Returns the name of the policy that stamps authors of a kind, and of its binding. */
export function stampingPolicyOf(resource: string): string {
  if (resource === 'secretsyncs') return STAMPING_POLICY_OF_SYNCS;
  return resource === 'secretrotations' ? STAMPING_POLICY : STAMPING_POLICY_OF_OTHERS;
}

function recordOf(value: unknown): Json {
  return value !== null && typeof value === 'object' ? (value as Json) : {};
}
