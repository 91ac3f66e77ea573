export const auditActions = [
  'secrets.list',
  'secrets.get',
  'secrets.reveal',
  'secrets.check',
  'secrets.create',
  'secrets.update',
  'secrets.patch',
  'secrets.delete',
  'audit.read',
  'namespaces.list',
  'access.review',
  'auth.refused',
] as const;

/** API.md section 9; later features add theirs. */
export type AuditAction = (typeof auditActions)[number];
export type AuditOutcome = 'allowed' | 'denied' | 'failed' | 'unknown';
export type AuditPlane = 'caller' | 'broker' | 'self' | 'none';

/** What a call knows about itself when it is written down: names, never values. */
export interface AuditFacts {
  readonly action: AuditAction;
  readonly namespace?: string;
  readonly secret?: string;
  readonly keys?: readonly string[];
  readonly version?: number;
  /** Asked for without effect. */
  readonly dryRun?: boolean;
}

/** What became of it. */
export interface AuditResult {
  readonly outcome: Exclude<AuditOutcome, 'unknown'>;
  /** HTTP status of the answer. */
  readonly code: number;
  readonly plane: AuditPlane;
  readonly upstreamIds: readonly string[];
  /** The authoriser's own words, or why the call failed (an error code, never a message). */
  readonly decisionReason?: string;
}

/** Whether a text is one of the action names. */
export function isAuditAction(text: string | undefined): text is AuditAction {
  return (auditActions as readonly (string | undefined)[]).includes(text);
}
