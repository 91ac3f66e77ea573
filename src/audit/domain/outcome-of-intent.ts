import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';

/** No later finding distinguishes a failed write from a write that never ran. */
export type IntentOutcome = 'succeeded' | 'unknown';

/** Outcome that was determined later, and the calls to the cluster that determined it. */
export interface IntentFinding {
  readonly outcome: IntentOutcome;
  readonly upstreamIds: readonly string[];
}

/** Mark of events whose outcome was determined later, or could not be determined. */
export const RESOLVED_MARK = 'resolved';

const results = {
  succeeded: { outcome: 'allowed', code: 200 },
  unknown: { outcome: 'unknown', code: 503 },
} as const satisfies Record<IntentOutcome, object>;

/**
 * Returns the event that later concludes an intent for good. It states that the outcome was
 * determined, not observed, and contains no decision: none was observed.
 */
export function outcomeOfIntent(
  intent: KubernetesAuditEvent,
  { outcome, upstreamIds }: IntentFinding,
  nowMs: number,
): KubernetesAuditEvent {
  const { code, outcome: word } = results[outcome];
  const marks = intent.annotations[annotation.marks];
  return {
    ...intent,
    stage: 'ResponseComplete',
    responseStatus: { code },
    stageTimestamp: new Date(nowMs).toISOString().replace('Z', '000Z'),
    annotations: {
      ...intent.annotations,
      [annotation.plane]: 'none',
      [annotation.outcome]: word,
      [annotation.resolved]: 'true',
      [annotation.marks]: marks === undefined ? RESOLVED_MARK : `${marks},${RESOLVED_MARK}`,
      ...(upstreamIds.length > 0 && { [annotation.upstreamIds]: upstreamIds.join(',') }),
    },
  };
}
