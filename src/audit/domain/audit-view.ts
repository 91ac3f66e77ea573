import { type ViewerScope, toViewerScope } from '../../access/domain/viewer.js';
import type { TokenScope } from '../../core/token-scope.js';
import type { AuditOutcome, AuditPlane } from './audit-event.js';
import { ALTERED_MARK } from './event-marks.js';
import { annotation, type KubernetesAuditEvent, secretOf } from './kubernetes-event.js';

export type AuditSource = 'gateway' | 'cluster';

/** Event as lists return it. */
export interface AuditEventView {
  /** Index in the log of the entry that began the call. */
  readonly id: string;
  readonly time: string;
  readonly user: string;
  readonly groups: readonly string[];
  /** Name of the user that `user` impersonated. */
  readonly impersonatedUser?: string;
  readonly credentialId?: string;
  readonly action: string;
  readonly outcome: AuditOutcome;
  /** 0 while the outcome is unknown and no response was sent. */
  readonly code: number;
  readonly namespace?: string;
  readonly secret?: string;
  /** A kubectl request on another object: `create pods/exec web`; otherwise, its path. */
  readonly requested?: string;
  readonly keys: readonly string[];
  /** Places in documents of these keys, such as `config.json#/db/password`. */
  readonly pointers?: readonly string[];
  readonly version?: number;
  /** Observer: this gateway, or the cluster's own audit. */
  readonly source: AuditSource;
  readonly sourceIp?: string;
  readonly userAgent?: string;
  readonly plane: AuditPlane;
  readonly marks: readonly string[];
  /** The reason that the caller gave. */
  readonly reason?: string;
  /** User on whose behalf the gateway acted. */
  readonly onBehalfOf?: string;
  /** The authorizer's words, or why a credential was refused. */
  readonly decisionReason?: string;
  /** Number of calls that an event marked `aggregate` summarizes. */
  readonly count?: number;
  /** Number of events of a batch of the cluster that could not be read. */
  readonly unreadable?: number;
  readonly parentId?: string;
  /** Id of the gateway token that authenticated the call. */
  readonly tokenId?: string;
  readonly tokenDescription?: string;
  /** Creator of the token. */
  readonly tokenOwner?: string;
  /** Id of the token that was created or revoked. */
  readonly token?: string;
  /** Name of the user that this token impersonates. */
  readonly actsAs?: string;
  /** Expiry and restriction of this token; null restricts nothing. */
  readonly tokenExpiresAt?: string;
  readonly tokenScope?: ViewerScope;
  /** Number of entries in the scope, if not all are listed. */
  readonly tokenScopeCount?: number;
  /** Facts of an event about a rotation: its run, the run's state, and why it does not continue. */
  readonly rotationRun?: string;
  readonly rotationStep?: string;
  readonly rotationState?: string;
  readonly rotationReason?: string;
  readonly auditId: string;
}

/** Entry by which a call is listed. */
export interface StoredEvent {
  readonly leafIndex: number;
  readonly callIndex: number;
  readonly source: AuditSource;
  readonly event: KubernetesAuditEvent;
  /** The stored event was altered: this event replaces it. */
  readonly isAltered: boolean;
}

/** Returns one call as one event. */
export function viewOf({ callIndex, source, event, isAltered }: StoredEvent): AuditEventView {
  const facts = event.annotations;
  const scope = facts[annotation.tokenScope];
  return {
    id: String(callIndex),
    time: event.requestReceivedTimestamp,
    user: event.user.username,
    groups: event.user.groups,
    action: facts[annotation.action] ?? '',
    // The gateway writes only values of these unions.
    outcome: (facts[annotation.outcome] ?? 'unknown') as AuditOutcome,
    code: event.responseStatus?.code ?? 0,
    keys: namesOf(facts[annotation.keys]),
    ...pointersOf(facts[annotation.pointers]),
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

/** Parses our own JSON, created from this type. */
function scopeOf(json: string): ViewerScope {
  return toViewerScope(JSON.parse(json) as TokenScope);
}

function namesOf(list: string | undefined): readonly string[] {
  return list?.split(',').filter((name) => name !== '') ?? [];
}

function pointersOf(list: string | undefined): Pick<AuditEventView, 'pointers'> {
  return list === undefined ? {} : { pointers: namesOf(list) };
}

function numbers<K extends string>(members: Record<K, string | undefined>): { [P in K]?: number } {
  const entries = Object.entries<string | undefined>(members).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, Number(text)] as const],
  );
  // Only members of the argument remain.
  return Object.fromEntries(entries) as { [P in K]?: number };
}

function present<K extends string>(members: Record<K, string | undefined>): { [P in K]?: string } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  // Only members of the argument remain, and those are texts.
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
