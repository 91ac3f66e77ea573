import { isImplausibleTime } from '../../domain/implausible-time.js';
import { parseTime } from '../../domain/parse-time.js';

/** A user as the API server names it; nothing of it is checked or cut. */
export interface ReportedUser {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface ReportedObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly subresource: string;
  readonly apiVersion: string;
}

export type ReportedStage = 'ResponseStarted' | 'ResponseComplete' | 'Panic';

/**
 * What an `audit.k8s.io/v1` Event about Secrets says at level Metadata; absent texts are empty.
 * https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-Event
 */
export interface ReportedEvent {
  readonly auditId: string;
  readonly stage: ReportedStage;
  readonly verb: string;
  readonly requestUri: string;
  readonly user: ReportedUser;
  readonly impersonatedUser: ReportedUser | undefined;
  readonly impersonationConstraint: string;
  readonly sourceIps: readonly string[];
  readonly userAgent: string;
  readonly object: ReportedObject;
  /** 0 where no answer is told of. */
  readonly code: number;
  readonly reason: string;
  /** RFC 3339 with microseconds. */
  readonly receivedAt: string;
  readonly stageAt: string;
  /** It cannot have been received then. */
  readonly isTimeImplausible: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  /** It came with the Secret itself, which is not taken over. */
  readonly hasBodies: boolean;
}

/** `not kept`: about something else than Secrets, or a stage that says nothing of how it ended. */
export type Reading =
  | { readonly kind: 'kept'; readonly event: ReportedEvent }
  | { readonly kind: 'not kept' }
  | { readonly kind: 'unreadable'; readonly member: string };

type Json = Readonly<Record<string, unknown>>;

const stages: readonly unknown[] = ['ResponseStarted', 'ResponseComplete', 'Panic'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/**
 * Takes an item of an EventList apart, member by member, so that nothing that is not named here
 * gets in. A caller of the API server chooses much of it, so that no text makes it unreadable: only
 * what the API server itself always writes is insisted on.
 */
export function readReportedEvent(item: unknown, nowMs: number): Reading {
  const json = recordOf(item);
  const ref = recordOf(json['objectRef']);
  const isAboutSecrets = ref['resource'] === 'secrets' && textOf(ref['apiGroup']) === '';
  if (!isAboutSecrets || json['stage'] === 'RequestReceived') return { kind: 'not kept' };
  const member = unreadableMember(json);
  if (member !== undefined) return { kind: 'unreadable', member };
  const status = recordOf(json['responseStatus']);
  const { impersonatedUser } = json;
  const receivedAt = textOf(json['requestReceivedTimestamp']);
  return {
    kind: 'kept',
    event: {
      auditId: textOf(json['auditID']),
      stage: json['stage'] as ReportedStage, // one of `stages`, else unreadable
      verb: textOf(json['verb']),
      requestUri: textOf(json['requestURI']),
      user: userOf(json['user']),
      impersonatedUser: isRecord(impersonatedUser) ? userOf(impersonatedUser) : undefined,
      impersonationConstraint: constraintOf(json['authenticationMetadata']),
      sourceIps: textsOf(json['sourceIPs']),
      userAgent: textOf(json['userAgent']),
      object: objectOf(ref),
      code: codeOf(status['code']),
      reason: textOf(status['reason']),
      receivedAt,
      stageAt: textOf(json['stageTimestamp']),
      isTimeImplausible: isImplausibleTime(Date.parse(receivedAt), nowMs),
      annotations: textMembersOf(json['annotations']),
      hasBodies: isRecord(json['requestObject']) || isRecord(json['responseObject']),
    },
  };
}

function unreadableMember(json: Json): string | undefined {
  if (!stages.includes(json['stage'])) return 'stage';
  if (textOf(json['auditID']) === '') return 'auditID';
  return ['requestReceivedTimestamp', 'stageTimestamp'].find((name) => !isTime(json[name]));
}

function isTime(value: unknown): boolean {
  if (typeof value !== 'string' || !TIME.test(value)) return false;
  // Of a day that the calendar does not have, Date makes another one.
  return parseTime(value, 0) !== undefined && !Number.isNaN(Date.parse(value));
}

function userOf(value: unknown): ReportedUser {
  const json = recordOf(value);
  const extra = Object.entries(recordOf(json['extra']));
  return {
    username: textOf(json['username']),
    uid: textOf(json['uid']),
    groups: textsOf(json['groups']),
    extra: Object.fromEntries(extra.map(([key, values]) => [key, textsOf(values)])),
  };
}

function objectOf(ref: Json): ReportedObject {
  return {
    namespace: textOf(ref['namespace']),
    name: textOf(ref['name']),
    uid: textOf(ref['uid']),
    resourceVersion: textOf(ref['resourceVersion']),
    subresource: textOf(ref['subresource']),
    apiVersion: textOf(ref['apiVersion']),
  };
}

function constraintOf(value: unknown): string {
  return textOf(recordOf(value)['impersonationConstraint']);
}

function codeOf(value: unknown): number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 999 ? Number(value) : 0;
}

function textMembersOf(value: unknown): Readonly<Record<string, string>> {
  const members = Object.entries(recordOf(value));
  return Object.fromEntries(members.map(([key, text]) => [key, textOf(text)]));
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function recordOf(value: unknown): Json {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
