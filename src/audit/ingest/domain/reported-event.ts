import { isImplausibleTime } from '../../domain/implausible-time.js';
import { parseTime } from '../../domain/parse-time.js';

/** User as named by the API server; neither checked nor cut. */
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
 * Fields of an `audit.k8s.io/v1` Event about Secrets at level Metadata; absent texts are empty.
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
  /** 0 if no response is reported. */
  readonly code: number;
  readonly reason: string;
  /** RFC 3339 with microseconds. */
  readonly receivedAt: string;
  readonly stageAt: string;
  /** The report cannot have been received at this time. */
  readonly isTimeImplausible: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  /** The report contained the Secret itself, which is not stored. */
  readonly hasBodies: boolean;
  /** Nothing of it was replaced: neither invalid bytes, nor missing or invalid members. */
  readonly isIntact: boolean;
}

/**
 * `not kept`: not about Secrets, or a stage that does not show how it ended. `unreadable`: its
 * subject is unknown.
 */
export type Reading =
  | { readonly kind: 'kept'; readonly event: ReportedEvent }
  | { readonly kind: 'not kept' | 'unreadable' };

export interface ReadingContext {
  readonly nowMs: number;
  /** The item had no invalid bytes, and no duplicate member. */
  readonly isIntact: boolean;
  /** Returns the id of an event without one. */
  readonly substituteId: () => string;
}

type Json = Readonly<Record<string, unknown>>;

const stages: readonly unknown[] = ['ResponseStarted', 'ResponseComplete', 'Panic'];
const levels: readonly unknown[] = ['None', 'Metadata', 'Request', 'RequestResponse'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
/** Replaces a missing time: implausible, so that searches use the arrival time. */
const NO_TIME = '0000-01-01T00:00:00.000000Z';

/** Types of members that are read; the API server omits empty ones. */
const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  verb: isText,
  requestURI: isText,
  userAgent: isText,
  user: isRecord,
  impersonatedUser: isRecord,
  responseStatus: isRecord,
  annotations: isRecord,
  sourceIPs: Array.isArray,
};

/**
 * Reads an item of an EventList member by member, so that nothing that is not named here gets in.
 * An item about Secrets is always kept: its missing or invalid parts are replaced.
 */
export function readReportedEvent(item: unknown, context: ReadingContext): Reading {
  if (!isRecord(item)) return { kind: 'unreadable' };
  const ref = item['objectRef'] ?? {};
  if (!isRecord(ref)) return { kind: 'unreadable' };
  const isAboutSecrets = ref['resource'] === 'secrets' && textOf(ref['apiGroup']) === '';
  if (!isAboutSecrets) {
    // A duplicate resource may be either of the two.
    const isClear = isTextOrAbsent(ref['resource']) && context.isIntact;
    return { kind: isClear ? 'not kept' : 'unreadable' };
  }
  if (item['stage'] === 'RequestReceived') return { kind: 'not kept' };
  return { kind: 'kept', event: eventOf(item, ref, context) };
}

function eventOf(json: Json, ref: Json, context: ReadingContext): ReportedEvent {
  const status = recordOf(json['responseStatus']);
  const { impersonatedUser } = json;
  const times = timesOf(json);
  return {
    auditId: textOf(json['auditID']) || context.substituteId(),
    stage: stages.includes(json['stage']) ? (json['stage'] as ReportedStage) : 'ResponseComplete',
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
    ...times,
    isTimeImplausible: isImplausibleTime(Date.parse(times.receivedAt), context.nowMs),
    annotations: textMembersOf(json['annotations']),
    hasBodies: isRecord(json['requestObject']) || isRecord(json['responseObject']),
    isIntact: context.isIntact && hasAllMembers(json, ref),
  };
}

function timesOf(json: Json): Pick<ReportedEvent, 'receivedAt' | 'stageAt'> {
  const [received, stage] = [json['requestReceivedTimestamp'], json['stageTimestamp']];
  const receivedAt = [received, stage].find(isTime) ?? NO_TIME;
  return { receivedAt, stageAt: isTime(stage) ? stage : receivedAt };
}

/** Reports whether all members that the API server always writes are present and valid. */
function hasAllMembers(json: Json, ref: Json): boolean {
  return (
    stages.includes(json['stage']) &&
    levels.includes(json['level']) &&
    textOf(json['auditID']) !== '' &&
    isTime(json['requestReceivedTimestamp']) &&
    isTime(json['stageTimestamp']) &&
    isRecord(json['user']) &&
    Object.entries(types).every(
      ([name, isOfType]) => isAbsent(json[name]) || isOfType(json[name]),
    ) &&
    Object.values(ref).every(isTextOrAbsent)
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isTextOrAbsent(value: unknown): boolean {
  return isAbsent(value) || isText(value);
}

function isTime(value: unknown): value is string {
  if (typeof value !== 'string' || !TIME.test(value)) return false;
  // Date converts a day that the calendar does not have to another day.
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
