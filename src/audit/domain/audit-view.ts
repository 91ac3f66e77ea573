import { type ViewerScope, toViewerScope } from '../../access/domain/viewer.js';
import type { TokenScope } from '../../core/token-scope.js';
import type { AuditOutcome, AuditPlane } from './audit-event.js';
import { ALTERED_MARK } from './event-marks.js';
import { annotation, type KubernetesAuditEvent, secretOf } from './kubernetes-event.js';

export type AuditSource = 'gateway' | 'cluster';

/** An event as lists show it. */
export interface AuditEventView {
  /** Index in the log of the entry that the call began with. */
  readonly id: string;
  readonly time: string;
  readonly user: string;
  readonly groups: readonly string[];
  /** User name of whom `user` acted as. */
  readonly impersonatedUser?: string;
  readonly credentialId?: string;
  readonly action: string;
  readonly outcome: AuditOutcome;
  /** 0 while the outcome is unknown and nothing was answered. */
  readonly code: number;
  readonly namespace?: string;
  readonly secret?: string;
  /** Of a request of kubectl on something else: `create pods/exec web`; else its path. */
  readonly requested?: string;
  readonly keys: readonly string[];
  readonly version?: number;
  /** Who saw it: this gateway, or the cluster's own audit. */
  readonly source: AuditSource;
  readonly sourceIp?: string;
  readonly userAgent?: string;
  readonly plane: AuditPlane;
  readonly marks: readonly string[];
  /** The caller's own words. */
  readonly reason?: string;
  /** Whom the gateway acted for by itself. */
  readonly onBehalfOf?: string;
  /** The authoriser's words, or why a credential was refused. */
  readonly decisionReason?: string;
  /** How many calls an event tells of that is marked `aggregate`. */
  readonly count?: number;
  /** How many events of a batch of the cluster could not be read. */
  readonly unreadable?: number;
  readonly parentId?: string;
  /** Of the gateway's token that the call came with. */
  readonly tokenId?: string;
  readonly tokenDescription?: string;
  /** Who minted it. */
  readonly tokenOwner?: string;
  /** Id of the token that was minted or revoked. */
  readonly token?: string;
  /** User name that this token acts as. */
  readonly actsAs?: string;
  /** When this token ends, and what it is narrowed to; null restricts nothing. */
  readonly tokenExpiresAt?: string;
  readonly tokenScope?: ViewerScope;
  /** How many entries the scope has, where not all are listed. */
  readonly tokenScopeCount?: number;
  /** Of an event about a rotation: its run, where that stands, and why it does not go on. */
  readonly rotationRun?: string;
  readonly rotationStep?: string;
  readonly rotationState?: string;
  readonly rotationReason?: string;
  readonly auditId: string;
}

/** The entry that a call is listed by. */
export interface StoredEvent {
  readonly leafIndex: number;
  readonly callIndex: number;
  readonly source: AuditSource;
  readonly event: KubernetesAuditEvent;
  /** Somebody has changed the stored event: this one stands in its place. */
  readonly isAltered: boolean;
}

/** One call as one event. */
export function viewOf({ callIndex, source, event, isAltered }: StoredEvent): AuditEventView {
  const facts = event.annotations;
  const scope = facts[annotation.tokenScope];
  return {
    id: String(callIndex),
    time: event.requestReceivedTimestamp,
    user: event.user.username,
    groups: event.user.groups,
    action: facts[annotation.action] ?? '',
    // Written by us from these unions alone.
    outcome: (facts[annotation.outcome] ?? 'unknown') as AuditOutcome,
    code: event.responseStatus?.code ?? 0,
    keys: namesOf(facts[annotation.keys]),
    ...numbers({
      version: facts[annotation.version],
      count: facts[annotation.count],
      unreadable: facts[annotation.unreadable],
      tokenScopeCount: facts[annotation.tokenScopeCount],
    }),
    ...(scope !== undefined && { tokenScope: scopeOf(scope) }),
    source,
    plane: (facts[annotation.plane] ?? 'none') as AuditPlane,
    marks: [...namesOf(facts[annotation.marks]), ...(isAltered ? [ALTERED_MARK] : [])],
    auditId: event.auditID,
    ...present({
      impersonatedUser: event.impersonatedUser?.username,
      credentialId: facts[annotation.credentialId],
      namespace: event.objectRef?.namespace,
      secret: secretOf(event),
      requested: requestedOf(event),
      sourceIp: event.sourceIPs[0],
      userAgent: event.userAgent,
      reason: facts[annotation.reason],
      onBehalfOf: facts[annotation.onBehalfOf],
      decisionReason: facts[annotation.decisionReason],
      parentId: facts[annotation.parentId],
      tokenId: facts[annotation.tokenId],
      tokenDescription: facts[annotation.tokenDescription],
      tokenOwner: facts[annotation.tokenOwner],
      token: facts[annotation.token],
      actsAs: facts[annotation.actsAs],
      tokenExpiresAt: facts[annotation.expiresAt],
      rotationRun: facts[annotation.rotationRun],
      rotationStep: facts[annotation.rotationStep],
      rotationState: facts[annotation.rotationState],
      rotationReason: facts[annotation.rotationReason],
    }),
  };
}

/** Our own JSON, made from this type. */
function scopeOf(json: string): ViewerScope {
  return toViewerScope(JSON.parse(json) as TokenScope);
}

function namesOf(list: string | undefined): readonly string[] {
  return list?.split(',').filter((name) => name !== '') ?? [];
}

function numbers<K extends string>(members: Record<K, string | undefined>): { [P in K]?: number } {
  const entries = Object.entries<string | undefined>(members).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, Number(text)] as const],
  );
  // Only members of the argument are left.
  return Object.fromEntries(entries) as { [P in K]?: number };
}

function present<K extends string>(members: Record<K, string | undefined>): { [P in K]?: string } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  // Only members of the argument are left, and those are texts.
  return Object.fromEntries(entries) as { [P in K]?: string };
}

function requestedOf(event: KubernetesAuditEvent): string | undefined {
  if (event.annotations[annotation.action] !== 'kubectl.request') return undefined;
  const { resource, apiGroup, name } = event.objectRef ?? {};
  if (resource === undefined) return event.requestURI;
  const [whole = '', ...below] = resource.split('/');
  const qualified = apiGroup === undefined ? whole : `${whole}.${apiGroup}`;
  const words = [event.verb, [qualified, ...below].join('/'), name];
  return words.filter((word) => word !== undefined).join(' ');
}
