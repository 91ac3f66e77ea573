import { pointerTo } from './json-pointer.js';
import { type CheckSubject, schemaLabel, type SecretChecks } from './secret-checks.js';

const WARNINGS_MAX = 5;

/**
 * Returns warnings of a write if the label of the Secret names no schema, or one that cannot be
 * used. The schemas must be known: see SecretChecks.loaded.
 */
export function labelWarnings(
  checks: Pick<SecretChecks, 'labelFaults'>,
  subject: CheckSubject,
): readonly string[] {
  const faults = checks.labelFaults(subject).slice(0, WARNINGS_MAX);
  const pointer = pointerTo('labels', schemaLabel);
  return faults.map(({ schema, reason }) => `schema ${schema}: ${pointer} ${reason}`);
}
