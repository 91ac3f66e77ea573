import { invalidAt } from '../../core/errors/sallyport-error.js';
import { schemaLimits } from '../../core/schema-limits.js';
import { changedKeys, keyChanges } from './key-changes.js';
import type { WritePlan } from './replace-plan.js';
import type { ValueMakers } from './secret-checks.js';
import {
  isLastWrittenHere,
  type SecretData,
  type SecretManifest,
  type StoredSecret,
} from './secret.js';
import { refuseTooLarge } from './value-map.js';

/** Plan of a creation, and the names of the keys whose values the gateway has generated. */
export interface CompletedPlan extends WritePlan {
  readonly generatedKeys: readonly string[];
}

/** Returns the names of the keys that schemas generate and the values lack, sorted. */
export function missingKeys(makers: ValueMakers, data: SecretData): readonly string[] {
  return [...makers.keys()].filter((key) => !data.has(key)).toSorted();
}

/**
 * Returns the plan of a creation with a new value for each key that it lacks. Throws Invalid if
 * these are too many, and TooLarge.
 */
export function completedPlan(plan: WritePlan, makers: ValueMakers): CompletedPlan {
  const generatedKeys = missingKeys(makers, plan.manifest.data);
  if (generatedKeys.length === 0) return { ...plan, generatedKeys };
  const { generatedKeysMax } = schemaLimits;
  if (generatedKeys.length > generatedKeysMax) {
    const reason = `lacks more than ${generatedKeysMax} keys that schemas generate; send some`;
    throw invalidAt('/data', reason);
  }
  const made = [...makers].filter(([key]) => generatedKeys.includes(key));
  const data = new Map([
    ...plan.manifest.data,
    ...made.map(([key, make]) => [key, make()] as const),
  ]);
  refuseTooLarge(data.values());
  const changes = keyChanges(new Map(), data);
  return { ...plan, manifest: { ...plan.manifest, data }, changes, generatedKeys };
}

/**
 * Reports whether a stored Secret has what a creation sent, and generated keys of any value: each
 * attempt generates others. If there are any, a gateway must have written the Secret last.
 */
export function isCreatedBy(
  stored: StoredSecret,
  sent: SecretManifest,
  generatedKeys: readonly string[],
): boolean {
  const differing = [...changedKeys(keyChanges(stored.data, sent.data))];
  return (
    stored.type === sent.type &&
    differing.every((key) => generatedKeys.includes(key)) &&
    generatedKeys.every((key) => stored.data.has(key)) &&
    (generatedKeys.length === 0 || isLastWrittenHere(stored))
  );
}
