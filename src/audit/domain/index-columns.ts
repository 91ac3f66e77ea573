import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';

export type EntryStage = 'single' | 'intent' | 'outcome';

/** What an entry can be found by, taken from the stored event itself. */
export interface IndexColumns {
  readonly stage: EntryStage;
  readonly auditId: string;
  readonly timeMs: number;
  readonly user: string;
  readonly credentialId: string | null;
  readonly namespace: string | null;
  readonly secret: string | null;
  readonly sourceIp: string | null;
  readonly action: string;
  readonly outcome: string;
  readonly code: number;
  readonly plane: string;
  readonly groups: string;
  readonly keys: string;
  readonly marks: string;
}

/** The columns of an event; an intent's outcome is unknown until the outcome is written. */
export function indexColumns(event: KubernetesAuditEvent, stage: EntryStage): IndexColumns {
  const facts = event.annotations;
  return {
    stage,
    auditId: event.auditID,
    timeMs: Date.parse(event.requestReceivedTimestamp),
    user: event.user.username,
    credentialId: facts[annotation.credentialId] ?? null,
    namespace: event.objectRef?.namespace ?? null,
    secret: event.objectRef?.name ?? null,
    sourceIp: event.sourceIPs[0] ?? null,
    action: facts[annotation.action] ?? '',
    outcome: facts[annotation.outcome] ?? 'unknown',
    code: event.responseStatus?.code ?? 0,
    plane: facts[annotation.plane] ?? 'none',
    groups: delimited(event.user.groups),
    keys: delimitedText(facts[annotation.keys]),
    marks: delimitedText(facts[annotation.marks]),
  };
}

/** The same of names that stand in one annotation. */
function delimitedText(names: string | undefined): string {
  return delimited(names?.split(',') ?? []);
}

/** Names between line feeds, which none contains. */
function delimited(names: readonly string[]): string {
  return names.length === 0 ? '' : `\n${names.join('\n')}\n`;
}
