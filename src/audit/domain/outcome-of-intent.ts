import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';

export type IntentOutcome = 'succeeded' | 'failed' | 'unknown';

const results = {
  succeeded: { outcome: 'allowed', code: 200, decision: 'allow' },
  failed: { outcome: 'failed', code: 503, decision: undefined },
  unknown: { outcome: 'unknown', code: 503, decision: undefined },
} as const satisfies Record<IntentOutcome, object>;

/** The event that concludes an intent afterwards; it says that it was found out, not seen. */
export function outcomeOfIntent(
  intent: KubernetesAuditEvent,
  outcome: IntentOutcome,
  nowMs: number,
): KubernetesAuditEvent {
  const { code, decision, outcome: word } = results[outcome];
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
      ...(decision !== undefined && { [annotation.decision]: decision }),
    },
  };
}
