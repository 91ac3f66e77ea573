import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';

/** Nothing that is found afterwards tells a write that failed from one that never was. */
export type IntentOutcome = 'succeeded' | 'unknown';

/** What was found out, and by which calls to the cluster. */
export interface IntentFinding {
  readonly outcome: IntentOutcome;
  readonly upstreamIds: readonly string[];
}

/** Mark of events whose outcome was found out afterwards, or could not be. */
export const RESOLVED_MARK = 'resolved';

const results = {
  succeeded: { outcome: 'allowed', code: 200 },
  unknown: { outcome: 'unknown', code: 503 },
} as const satisfies Record<IntentOutcome, object>;

/**
 * The event that concludes an intent afterwards, for good. It says that it was found out, not seen,
 * and tells of no decision: nobody has seen one.
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
