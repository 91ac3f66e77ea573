import type { CheckState } from './readiness.js';

/** What the gateway runs as; words and counts, no names of Secrets or users. */
export type HealthFacts = Readonly<Record<string, string>>;

/** `/readyz?verbose` in Kubernetes' own form: a line each check, then what the gateway runs as. */
export function verboseReport(
  states: readonly CheckState[],
  facts: HealthFacts,
  isStopping: boolean,
): string {
  const all = [...states, { name: 'shutdown', isUp: !isStopping }];
  const checks = all.map(({ name, isUp }) =>
    isUp ? `[+]${name} ok` : `[-]${name} failed: reason withheld`,
  );
  const described = Object.entries(facts).map(([name, text]) => `${name}: ${text}`);
  const verdict = all.every(({ isUp }) => isUp) ? 'passed' : 'failed';
  return [...checks, ...described, `readyz check ${verdict}`, ''].join('\n');
}
