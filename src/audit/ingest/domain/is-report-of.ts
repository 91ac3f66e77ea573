import { limits } from '../../../core/limits.js';
import { annotation, type KubernetesAuditEvent } from '../../domain/kubernetes-event.js';
import type { ReportedEvent, ReportedUser } from './reported-event.js';

interface Boot {
  /**
   * When this gateway started, if no other gateway writes to its log: calls announced before and
   * not made by then never will be.
   */
  readonly startedAtMs?: number | undefined;
}

/** Identity with which the gateway calls the API server. */
export type GatewayIdentity = Boot &
  (
    | {
        readonly access: 'impersonate';
        /** The gateway's own user name, as the API server knows it. */
        readonly username: string;
        /** User name of the broker, which the gateway impersonates after a decision. */
        readonly broker: string;
      }
    /** Callers' own tokens: the user is the caller. */
    | { readonly access: 'passthrough' }
  );

/** Event of ours that lists the id of a report among the ids of its upstream calls. */
export interface OwnCall {
  readonly callIndex: number;
  /** Written before the call was made, with the hash of the id. */
  readonly isAnnounced: boolean;
  readonly event: KubernetesAuditEvent;
}

/** The verbs with which the gateway performs an action: it may read before it writes. */
const verbsOf: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'secrets.list': ['list'],
    'secrets.get': ['get'],
    'secrets.reveal': ['get'],
    'secrets.check': ['get'],
    'secrets.watch': ['watch', 'list'],
    'versions.restore': ['get', 'update', 'create'],
    'secrets.create': ['create', 'get', 'update'],
    'secrets.update': ['update', 'patch', 'get', 'create'],
    'secrets.patch': ['patch', 'get'],
    'secrets.delete': ['delete', 'get'],
  }),
);
/** The API server adds it to every user, whether or not it was requested. */
const AUTHENTICATED = 'system:authenticated';
const BROKER_GROUPS = ['system:serviceaccounts', AUTHENTICATED];

/**
 * Reports whether a report is of a call that the gateway made for this event. The call must have
 * the gateway's identity, a verb of the action, its object and its time, and its caller or the
 * broker as user. An id alone proves nothing: direct callers of the API server choose theirs.
 */
export function isReportOf(
  report: ReportedEvent,
  call: OwnCall,
  gateway: GatewayIdentity,
): boolean {
  const { event } = call;
  const action = event.annotations[annotation.action] ?? '';
  return (
    verbsOf.get(action)?.includes(report.verb) === true &&
    isSameObject(report, event) &&
    isSameActor(report, event, gateway) &&
    isInTime(report, call, gateway)
  );
}

/** Reports whether a report comes from the gateway, as far as the user shows. */
export function isOfGateway(report: ReportedEvent, gateway: GatewayIdentity): boolean {
  if (gateway.access === 'impersonate') return report.user.username === gateway.username;
  // Anyone may send this; it decides only whether the report waits for an event of ours.
  return report.userAgent === 'sallyport';
}

/**
 * Compares the time at which the API server received the call, however late it is reported. A call
 * is made while its event is open; an announced call, within a bounded time after that and by the
 * same process.
 */
function isInTime(
  { receivedAt }: ReportedEvent,
  { event, isAnnounced }: OwnCall,
  { startedAtMs = -Infinity }: GatewayIdentity,
): boolean {
  const calledMs = Date.parse(receivedAt);
  const recordedMs = Date.parse(event.stageTimestamp);
  const untilMs = recordedMs + (isAnnounced ? limits.announcedIdMsMax : 0);
  const isOfEarlierBoot = isAnnounced && recordedMs < startedAtMs;
  const endMs = isOfEarlierBoot ? Math.min(untilMs, startedAtMs) : untilMs;
  return (
    calledMs >= Date.parse(event.requestReceivedTimestamp) - limits.auditReportSkewMsMax &&
    calledMs <= endMs + limits.auditReportSkewMsMax
  );
}

/**
 * Compares objects. A refused create has no name yet, since the body was not read. A list that a
 * field selector restricts to one Secret has its name.
 */
function isSameObject({ verb, object }: ReportedEvent, { objectRef }: KubernetesAuditEvent) {
  if (objectRef?.resource !== 'secrets' || object.subresource !== '') return false;
  if (object.namespace !== (objectRef.namespace ?? '')) return false;
  const { name = '' } = objectRef;
  if (object.name === name) return true;
  return verb === 'create' ? object.name === '' : verb === 'list' && name === '';
}

function isSameActor(
  report: ReportedEvent,
  event: KubernetesAuditEvent,
  gateway: GatewayIdentity,
): boolean {
  const { user, impersonatedUser } = report;
  if (gateway.access === 'passthrough') {
    return impersonatedUser === undefined && isUser(user, event);
  }
  if (user.username !== gateway.username) return false;
  // Refused before the impersonation took effect: no data was returned.
  if (impersonatedUser === undefined) return report.code === 403;
  if (impersonatedUser.username === gateway.broker && hasBroker(event)) {
    return isServiceAccount(impersonatedUser);
  }
  return isUser(impersonatedUser, event);
}

/** Reports whether the broker took part, or later checked the outcome of a write. */
function hasBroker({ annotations }: KubernetesAuditEvent): boolean {
  return annotations[annotation.plane] === 'broker' || annotations[annotation.resolved] === 'true';
}

/** Reports whether the users match: the gateway acts as the user that its caller acts as. */
function isUser(acting: ReportedUser, event: KubernetesAuditEvent): boolean {
  const { impersonatedUser, annotations } = event;
  const user = impersonatedUser ?? event.user;
  if (acting.username !== user.username) return false;
  // If there were too many, the event does not contain all of them.
  const { groupsCount, impersonatedGroupsCount } = annotation;
  const count = impersonatedUser === undefined ? groupsCount : impersonatedGroupsCount;
  return annotations[count] !== undefined || sameNames(acting.groups, user.groups);
}

function isServiceAccount({ username, groups }: ReportedUser): boolean {
  const [, , namespace = ''] = username.split(':');
  return sameNames(groups, [...BROKER_GROUPS, `system:serviceaccounts:${namespace}`]);
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  const known = new Set([...others, AUTHENTICATED]);
  const given = new Set([...some, AUTHENTICATED]);
  return given.size === known.size && [...given].every((name) => known.has(name));
}
