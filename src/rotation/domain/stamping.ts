import { rotationLimits } from '../../core/rotation-limits.js';
import type { StampingSince } from './author.js';

/** Name of the MutatingAdmissionPolicy that stamps authors, and of its binding. */
export const STAMPING_POLICY = 'sallyport-rotation-author';

type Json = Readonly<Record<string, unknown>>;

/**
 * Since when both are there as they are shipped: for every SecretRotation, with no condition and no
 * parameter, and refusing what cannot be stamped. Times of creation are the API server's own.
 */
export function stampingSince(policy: Json, binding: Json): StampingSince {
  const policySpec = recordOf(policy['spec']);
  const bindingSpec = recordOf(binding['spec']);
  const isWhole =
    policySpec['failurePolicy'] === 'Fail' &&
    policySpec['matchConditions'] === undefined &&
    policySpec['paramKind'] === undefined &&
    isForAll(recordOf(policySpec['matchConstraints'])) &&
    bindingSpec['policyName'] === STAMPING_POLICY &&
    bindingSpec['paramRef'] === undefined &&
    bindingSpec['matchResources'] === undefined;
  const times = [policy, binding].map(({ metadata }) =>
    Date.parse(String(recordOf(metadata)['creationTimestamp'])),
  );
  const sinceMs = Math.max(...times);
  if (!isWhole || !Number.isFinite(sinceMs)) return undefined;
  return sinceMs + rotationLimits.stampingSettlesMs;
}

/** Whether constraints leave out no SecretRotation, wherever it is and however it is written. */
function isForAll(constraints: Json): boolean {
  const selectors = ['namespaceSelector', 'objectSelector'].map((name) => constraints[name]);
  const areSelectorsEmpty = selectors.every((one) => Object.keys(recordOf(one)).length === 0);
  const isNoneLeftOut = listOf(constraints['excludeResourceRules']).length === 0;
  return (
    areSelectorsEmpty &&
    isNoneLeftOut &&
    listOf(constraints['resourceRules']).some((rule) => isOfAllWrites(recordOf(rule)))
  );
}

function isOfAllWrites(rule: Json): boolean {
  const covers = (member: string, wanted: string): boolean => {
    const names = listOf(rule[member]);
    return names.includes(wanted) || names.includes('*');
  };
  return (
    covers('apiGroups', 'sallyport.dev') &&
    covers('apiVersions', '*') &&
    covers('resources', 'secretrotations') &&
    covers('operations', 'CREATE') &&
    covers('operations', 'UPDATE') &&
    rule['scope'] !== 'Cluster' &&
    listOf(rule['resourceNames']).length === 0
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordOf(value: unknown): Json {
  return value !== null && typeof value === 'object' ? (value as Json) : {};
}
