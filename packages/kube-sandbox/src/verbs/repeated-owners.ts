import type { JsonObject, KubeObject } from '../model/kube-object.js';
import { isSameJson } from '../model/same-json.js';

const ADVICE =
  'API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests';

/**
 * Removes repeated owner references from an object, in place; returns the warning about them. The
 * warning states that a patch is checked after admission.
 */
export function mergeRepeatedOwners(
  { metadata }: KubeObject,
  moment: 'sent' | 'admitted',
): readonly string[] {
  const given = metadata.ownerReferences ?? [];
  const kept: JsonObject[] = [];
  const repeated: string[] = [];
  for (const reference of given) {
    if (kept.some((other) => isSameJson(other, reference))) repeated.push(uidOf(reference));
    else kept.push(reference);
  }
  if (repeated.length === 0) return [];
  metadata.ownerReferences = kept;
  const when = moment === 'admitted' ? ' after mutating admission happens' : '';
  const what = `.metadata.ownerReferences contains duplicate entries${when}; ${ADVICE}`;
  return [`${what}; duplicate UID(s) observed: ${repeated.join(', ')}`];
}

function uidOf({ uid }: JsonObject): string {
  return typeof uid === 'string' ? uid : '';
}
