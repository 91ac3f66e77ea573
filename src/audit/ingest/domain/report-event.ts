import {
  annotation,
  type AuditObjectRef,
  type AuditUser,
  type KubernetesAuditEvent,
} from '../../domain/kubernetes-event.js';
import { IMPERSONATED_MARK, UNREADABLE_MARK } from '../../domain/event-marks.js';
import { IMPLAUSIBLE_TIME_MARK } from '../../domain/implausible-time.js';
import { Reduction } from './reduced.js';
import { actionOfVerb, outcomeOfReport } from './report-outcome.js';
import type { ReportedEvent, ReportedObject, ReportedUser } from './reported-event.js';

/** A part of the report was too long, or not text, and is cut. */
export const REDUCED_MARK = 'reduced';
/** The API server's audit policy includes Secrets; they were omitted. */
export const BODIES_MARK = 'bodies-dropped';

const OURS = 'sallyport.dev/';
const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';
const ID_CHARACTERS_MAX = 256;
const URI_CHARACTERS_MAX = 1_024;
const NAME_CHARACTERS_MAX = 512;
const SHORT_CHARACTERS_MAX = 64;
// Control characters are removed, so that no character takes more than three bytes; together these
// stay below an event's 64 KiB.
const GROUPS_JSON_BYTES_MAX = 10 * 1024;
const EXTRA_JSON_BYTES_MAX = 6 * 1024;
const ADDRESSES_JSON_BYTES_MAX = 1_024;
const ANNOTATIONS_JSON_BYTES_MAX = 4 * 1024;

/**
 * Annotations about a decision or the API itself. Others may quote the object: webhooks and
 * admission policies write anything, and with `patch.webhook.admission.k8s.io` the patch.
 */
const kept = [
  /^authorization\.k8s\.io\/(decision|reason)$/,
  /^authentication\.k8s\.io\/[\w.-]+$/,
  /^mutation\.webhook\.admission\.k8s\.io\/\w+$/,
  /^(audit\.k8s\.io\/truncated|k8s\.io\/(deprecated|removed-release))$/,
  /^apiserver\.k8s\.io\/unsafe-delete-ignore-read-error$/,
];

/** Returns an id as it is stored and looked up; the API server accepts any text as id. */
export function reportId({ auditId }: Pick<ReportedEvent, 'auditId'>): string {
  return new Reduction().text(auditId, ID_CHARACTERS_MAX);
}

/**
 * Returns the event as stored: the cluster's report, within limits, and our facts in addition.
 * Never a value: no body, no error message, no annotation that could quote an object.
 */
export function reportEvent(report: ReportedEvent, marks: readonly string[]): KubernetesAuditEvent {
  const reduction = new Reduction();
  const reported = reportedPart(report, reduction);
  const own = ownMarks(report, reduction);
  return {
    ...reported,
    annotations: { ...reported.annotations, ...ourFacts(report, [...marks, ...own]) },
  };
}

/** Returns the cluster's part of a stored event: equal for a report that is delivered twice. */
export function reportText(event: KubernetesAuditEvent): string {
  const reported = Object.entries(event.annotations).filter(([key]) => !key.startsWith(OURS));
  return JSON.stringify({ ...event, annotations: Object.fromEntries(reported) });
}

function reportedPart(report: ReportedEvent, reduction: Reduction): KubernetesAuditEvent {
  const { impersonatedUser, impersonationConstraint: constraint, userAgent } = report;
  const text = (value: string, charactersMax: number) => reduction.text(value, charactersMax);
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: text(report.auditId, ID_CHARACTERS_MAX),
    stage: report.stage,
    requestURI: text(pathOf(report.requestUri), URI_CHARACTERS_MAX),
    verb: text(report.verb, SHORT_CHARACTERS_MAX),
    user: userOf(report.user, reduction),
    ...(impersonatedUser && { impersonatedUser: userOf(impersonatedUser, reduction) }),
    ...(constraint !== '' && {
      authenticationMetadata: { impersonationConstraint: text(constraint, SHORT_CHARACTERS_MAX) },
    }),
    sourceIPs: reduction.list(report.sourceIps, ADDRESSES_JSON_BYTES_MAX),
    ...(userAgent !== '' && { userAgent: text(userAgent, NAME_CHARACTERS_MAX) }),
    objectRef: refOf(report.object, reduction),
    ...(report.code !== 0 && { responseStatus: statusOf(report) }),
    requestReceivedTimestamp: report.receivedAt,
    stageTimestamp: report.stageAt,
    annotations: annotationsOf(report.annotations, reduction),
  };
}

/** Removes the query string, which may contain data that does not belong there. */
function pathOf(requestUri: string): string {
  return requestUri.split('?', 1)[0] ?? '';
}

function userOf({ username, uid, groups, extra }: ReportedUser, reduction: Reduction): AuditUser {
  const members = reduction.members(extra, EXTRA_JSON_BYTES_MAX);
  return {
    username: reduction.text(username, NAME_CHARACTERS_MAX),
    ...(uid !== '' && { uid: reduction.text(uid, NAME_CHARACTERS_MAX) }),
    groups: reduction.list(groups, GROUPS_JSON_BYTES_MAX),
    ...(Object.keys(members).length > 0 && { extra: members }),
  };
}

function refOf(object: ReportedObject, reduction: Reduction): AuditObjectRef {
  const { namespace, name, uid, resourceVersion, subresource, apiVersion } = object;
  const text = (value: string) => reduction.text(value, NAME_CHARACTERS_MAX);
  return {
    resource: 'secrets',
    ...(namespace !== '' && { namespace: text(namespace) }),
    ...(name !== '' && { name: text(name) }),
    ...(uid !== '' && { uid: text(uid) }),
    ...(resourceVersion !== '' && { resourceVersion: text(resourceVersion) }),
    ...(subresource !== '' && { subresource: text(subresource) }),
    apiVersion: reduction.text(apiVersion, SHORT_CHARACTERS_MAX),
  };
}

/** Returns the status without its message, which may quote the request. */
function statusOf({ code, reason }: ReportedEvent): { code: number; reason?: string } {
  return /^[A-Za-z]{1,64}$/.test(reason) ? { code, reason } : { code };
}

function annotationsOf(
  reported: Readonly<Record<string, string>>,
  reduction: Reduction,
): Readonly<Record<string, string>> {
  const wanted = Object.entries(reported).filter(([key]) =>
    kept.some((pattern) => pattern.test(key)),
  );
  const lists = Object.fromEntries(wanted.map(([key, value]) => [key, [value]]));
  const members = Object.entries(reduction.members(lists, ANNOTATIONS_JSON_BYTES_MAX));
  return Object.fromEntries(members.map(([key, [value = '']]) => [key, value]));
}

function ownMarks(report: ReportedEvent, reduction: Reduction): readonly string[] {
  return [
    ...(report.impersonatedUser === undefined ? [] : [IMPERSONATED_MARK]),
    ...(report.hasBodies ? [BODIES_MARK] : []),
    ...(reduction.isReduced ? [REDUCED_MARK] : []),
    ...(report.isIntact ? [] : [UNREADABLE_MARK]),
    ...(report.isTimeImplausible ? [IMPLAUSIBLE_TIME_MARK] : []),
  ];
}

function ourFacts(report: ReportedEvent, marks: readonly string[]): Record<string, string> {
  const credentialId = report.user.extra[CREDENTIAL_ID]?.[0];
  return {
    [annotation.action]: actionOfVerb(report.verb),
    [annotation.outcome]: outcomeOfReport(report),
    [annotation.plane]: 'none',
    [annotation.source]: 'cluster',
    ...(marks.length > 0 && { [annotation.marks]: marks.join(',') }),
    ...(credentialId !== undefined && {
      [annotation.credentialId]: new Reduction().text(credentialId, NAME_CHARACTERS_MAX),
    }),
  };
}
