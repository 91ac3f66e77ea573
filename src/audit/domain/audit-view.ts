import type { AuditOutcome, AuditPlane } from './audit-event.js';
import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';

/** An event as lists show it. */
export interface AuditEventView {
  /** The leaf index in the log; of a write, its intent's. */
  readonly id: string;
  readonly time: string;
  readonly user: string;
  readonly groups: readonly string[];
  readonly credentialId?: string;
  readonly action: string;
  readonly outcome: AuditOutcome;
  /** 0 while the outcome is unknown and nothing was answered. */
  readonly code: number;
  readonly namespace?: string;
  readonly secret?: string;
  readonly keys: readonly string[];
  readonly version?: number;
  readonly source: 'gateway';
  readonly sourceIp?: string;
  readonly userAgent?: string;
  readonly plane: AuditPlane;
  readonly marks: readonly string[];
  /** The caller's own words. */
  readonly reason?: string;
  /** The authoriser's words, or why a credential was refused. */
  readonly decisionReason?: string;
  /** How many calls an event tells of that is marked `aggregate`. */
  readonly count?: number;
  readonly parentId?: string;
  /** Who minted the token that the call came with, where that is somebody else. */
  readonly tokenOwner?: string;
  /** Id of the token that was minted or revoked. */
  readonly token?: string;
  /** User name that this token acts as. */
  readonly actsAs?: string;
  readonly auditId: string;
}

export interface StoredEvent {
  readonly leafIndex: number;
  readonly event: KubernetesAuditEvent;
  /** Of an intent whose outcome is known. */
  readonly outcome?: KubernetesAuditEvent;
}

/** One call as one event: received as the intent says, and become what the outcome says. */
export function viewOf(stored: StoredEvent): AuditEventView {
  const { event: received } = stored;
  const last = stored.outcome ?? received;
  const facts = last.annotations;
  const version = facts[annotation.version];
  const count = facts[annotation.count];
  return {
    id: String(stored.leafIndex),
    time: received.requestReceivedTimestamp,
    user: received.user.username,
    groups: received.user.groups,
    action: facts[annotation.action] ?? '',
    // Written by us from these unions alone.
    outcome: (facts[annotation.outcome] ?? 'unknown') as AuditOutcome,
    code: last.responseStatus?.code ?? 0,
    keys: facts[annotation.keys]?.split(',').filter((key) => key !== '') ?? [],
    ...(version !== undefined && { version: Number(version) }),
    ...(count !== undefined && { count: Number(count) }),
    source: 'gateway',
    plane: (facts[annotation.plane] ?? 'none') as AuditPlane,
    marks: facts[annotation.marks]?.split(',') ?? [],
    auditId: received.auditID,
    ...present({
      credentialId: facts[annotation.credentialId],
      namespace: last.objectRef?.namespace,
      secret: last.objectRef?.name,
      sourceIp: received.sourceIPs[0],
      userAgent: received.userAgent,
      reason: facts[annotation.reason],
      decisionReason: facts[annotation.decisionReason],
      parentId: facts[annotation.parentId],
      tokenOwner: facts[annotation.tokenOwner],
      token: facts[annotation.token],
      actsAs: facts[annotation.actsAs],
    }),
  };
}

function present<K extends string>(members: Record<K, string | undefined>): { [P in K]?: string } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  // Only members of the argument are left, and those are texts.
  return Object.fromEntries(entries) as { [P in K]?: string };
}
