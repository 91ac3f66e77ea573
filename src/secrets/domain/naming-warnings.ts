import type { CheckSubject, SecretChecks } from './secret-checks.js';

const WARNINGS_MAX = 5;

/**
 * Returns warnings of a write if the label or the type of the Secret names no schema, or one that
 * cannot be used. The schemas must be known: see SecretChecks.loaded.
 */
export function namingWarnings(
  checks: Pick<SecretChecks, 'namingFaults'>,
  subject: CheckSubject,
): readonly string[] {
  const faults = checks.namingFaults(subject).slice(0, WARNINGS_MAX);
  return faults.map(({ schema, pointer, reason }) => `schema ${schema}: ${pointer} ${reason}`);
}
