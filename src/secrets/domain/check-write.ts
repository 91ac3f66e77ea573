import { refuseIfAny } from './field-errors.js';
import type { CheckedSecret, CheckSubject, Finding, SecretChecks } from './secret-checks.js';

/** Keys that a write sets, changes or removes; `all` for a new Secret. */
export type TouchedKeys = ReadonlySet<string> | 'all';

/** Write as its check sees it. */
export interface CheckedWrite {
  /** State before; undefined if the Secret is new or its state is not known. */
  readonly before: CheckSubject | undefined;
  readonly after: CheckedSecret;
  readonly touched: TouchedKeys;
}

const WARNINGS_MAX = 20;

/**
 * Returns the warnings of a write; throws Invalid if it breaks an enforced rule. The check is equal
 * for all transports and for background work.
 */
export async function checkWrite(
  checks: SecretChecks,
  { before, after, touched }: CheckedWrite,
): Promise<readonly string[]> {
  await checks.loaded();
  const findings = checks.findings(after);
  if (findings.length === 0) return [];
  const former = before === undefined ? new Set<string>() : checks.schemasOf(before);
  const concerning = concerningFindings(findings, { touched, former });
  checks.count(concerning);
  refuseIfAny(concerning.filter(({ isEnforced }) => isEnforced).map(({ error }) => error));
  return concerning.slice(0, WARNINGS_MAX).map(({ schema, error: { pointer, reason } }) => {
    return `schema ${schema}: ${pointer} ${reason}`;
  });
}

/**
 * Returns the findings that concern a write. Violations of keys that the write leaves as they are
 * do not: a new schema must not break other writes. `former` names the schemas that applied before
 * the write; for another schema, each key counts as touched.
 */
export function concerningFindings(
  findings: readonly Finding[],
  { touched, former }: { readonly touched: TouchedKeys; readonly former: ReadonlySet<string> },
): readonly Finding[] {
  return findings.filter(({ schema, keys, isOfEachWrite }) => {
    if (touched === 'all' || isOfEachWrite || !former.has(schema)) return true;
    return keys === undefined ? touched.size > 0 : keys.some((key) => touched.has(key));
  });
}
