import type { CheckState } from './readiness.js';

/** Facts about the gateway's configuration; words and counts, no names of Secrets or users. */
export type HealthFacts = Readonly<Record<string, string>>;

export interface ReportedState {
  readonly states: readonly CheckState[];
  /** Conditions that need an operator although the check passes, by check. */
  readonly warnings: Readonly<Record<string, string>>;
  readonly isStopping: boolean;
}

/** Renders `/readyz?verbose` in Kubernetes' own form: a line for each check, then the facts. */
export function verboseReport(state: ReportedState, facts: HealthFacts): string {
  const all = [...state.states, { name: 'shutdown', isUp: !state.isStopping }];
  const checks = all.flatMap(linesOf);
  const warnings = Object.entries(state.warnings).map(
    ([name, text]) => `[!]${name} degraded: ${text}`,
  );
  const described = Object.entries(facts).map(([name, text]) => `${name}: ${text}`);
  const verdict = all.every(({ isUp }) => isUp) ? 'passed' : 'failed';
  return [...checks, ...warnings, ...described, `readyz check ${verdict}`, ''].join('\n');
}

function linesOf({ name, isUp, reasons = ['reason withheld'] }: CheckState): readonly string[] {
  return isUp ? [`[+]${name} ok`] : reasons.map((reason) => `[-]${name} failed: ${reason}`);
}
