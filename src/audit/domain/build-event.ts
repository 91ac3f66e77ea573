import { Buffer } from 'node:buffer';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { Principal } from '../../core/principal.js';
import { objectOf } from './action-object.js';
import type {
  AuditOutcome,
  AuditResult,
  LogFacts,
  RecordedFacts,
  RotationFacts,
} from './audit-event.js';
import { boundedExtra, boundedList, boundedText } from './bounded.js';
import { callerTexts } from './caller-texts.js';
import { marksOf } from './event-marks.js';
import { annotation, type AuditUser, type KubernetesAuditEvent } from './kubernetes-event.js';
import { grantsToken, type Note, noteCallersToken, noteToken } from './token-notes.js';

type CallFacts =
  | 'auditId'
  | 'parentId'
  | 'sourceIp'
  | 'userAgent'
  | 'changeReason'
  | 'onBehalfOf'
  | 'requestUri';

/** Caller who was refused before a principal was known. */
export type AnonymousCaller = Pick<CallContext, CallFacts> & {
  readonly principal?: undefined;
  readonly impersonator?: undefined;
};
export type AuditCaller = CallContext | AnonymousCaller;

/** Result as recorded: only our own records can have an unknown outcome. */
export interface RecordedResult extends Omit<AuditResult, 'outcome'> {
  readonly outcome: AuditOutcome;
  readonly resolved?: true;
}

export interface EventParts {
  readonly caller: AuditCaller;
  readonly facts: RecordedFacts;
  /** `single` records a call in one event. */
  readonly stage: 'single' | 'intent' | 'outcome';
  /** Absent for an intent. */
  readonly result?: RecordedResult;
  readonly receivedAtMs: number;
  readonly nowMs: number;
}

interface IdentityRoom {
  readonly groupsJsonBytesMax: number;
  readonly extraJsonBytesMax: number;
}

interface AloneIdentity {
  readonly user: AuditUser;
  /** Number of groups of the caller, if not all are recorded. */
  readonly groupsCount: string | undefined;
  readonly credentialId: string;
}

const PLACE_CHARACTERS_MAX = 1_024;
const CREDENTIAL_CHARACTERS_MAX = 512;
const DECISION_CHARACTERS_MAX = 1_024;
/** Upstream calls: the number that each event has room for, and the maximum of one event. */
const IDS_MIN = 32;
const IDS_MAX = 1_000;
// With the texts above, sixfold if all is escaped, these stay below an event's 64 KiB.
const ALONE: IdentityRoom = { groupsJsonBytesMax: 10 * 1024, extraJsonBytesMax: 6 * 1024 };
/** Two identities together have the room of a single identity. */
const SHARED: IdentityRoom = { groupsJsonBytesMax: 5 * 1024, extraJsonBytesMax: 3 * 1024 };
/** Principals are frozen, and each creates many events. */
const aloneIdentities = new WeakMap<Principal, AloneIdentity>();
const KEYS_BYTES_MAX = 16 * 1024;
/** A denied call, which anyone may send, changed no keys. */
const DENIED_KEYS_BYTES_MAX = 1024;
/** A pointer of the greatest length, escaped. */
const POINTERS_BYTES_MAX = 4 * 1024;
/** Or `ALL_KEYS`. */
const KEY_NAME = /^(?:\*|[-._a-zA-Z0-9]{1,253})$/;

/** Builds the event in Kubernetes' form, field by field from allowed facts: never a value. */
export function buildEvent(parts: EventParts): KubernetesAuditEvent {
  const { caller, facts, result } = parts;
  const { verb, objectRef } = objectOf(facts);
  const { requestURI, userAgent, isCut } = callerTexts(caller);
  const event: KubernetesAuditEvent = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: caller.auditId,
    stage: parts.stage === 'intent' ? 'RequestReceived' : 'ResponseComplete',
    requestURI,
    verb,
    ...identitiesOf(caller),
    sourceIPs: caller.sourceIp === '' ? [] : [boundedText(caller.sourceIp, 64)],
    ...(userAgent !== undefined && { userAgent }),
    ...(objectRef !== undefined && { objectRef }),
    ...(result !== undefined && { responseStatus: statusOf(result) }),
    requestReceivedTimestamp: microTime(parts.receivedAtMs),
    stageTimestamp: microTime(parts.nowMs),
    annotations: annotationsOf(parts, isCut),
  };
  const ids = result?.upstreamIds ?? [];
  return ids.length > IDS_MIN ? withIds(event, ids) : event;
}

/** Lists as many upstream calls as there is room for: they join the cluster's reports. */
function withIds(event: KubernetesAuditEvent, ids: readonly string[]): KubernetesAuditEvent {
  const { annotations } = event;
  const few = annotations[annotation.upstreamIds] ?? '';
  const bytes = Buffer.byteLength(JSON.stringify(event)) - few.length;
  const kept = boundedList(ids.slice(0, IDS_MAX), limits.auditEventBytesMax - bytes);
  if (kept.length <= IDS_MIN) return event;
  return { ...event, annotations: { ...annotations, [annotation.upstreamIds]: kept.join(',') } };
}

function identitiesOf({
  impersonator,
  principal,
}: AuditCaller): Pick<KubernetesAuditEvent, 'user' | 'impersonatedUser'> {
  if (principal === undefined) {
    return { user: { username: 'system:anonymous', groups: ['system:unauthenticated'] } };
  }
  if (impersonator === undefined) return { user: aloneOf(principal).user };
  return { user: userOf(impersonator, SHARED), impersonatedUser: userOf(principal, SHARED) };
}

/** Returns the identity of a caller without impersonation, which each of its events contains. */
function aloneOf(principal: Principal): AloneIdentity {
  const known = aloneIdentities.get(principal);
  if (known !== undefined) return known;
  const user = userOf(principal, ALONE);
  const groupsCount = cutGroups(principal, ALONE);
  const credentialId = boundedText(principal.credentialId, CREDENTIAL_CHARACTERS_MAX);
  const made = { user, groupsCount, credentialId };
  aloneIdentities.set(principal, made);
  return made;
}

function userOf(principal: Principal, room: IdentityRoom): AuditUser {
  const extra = boundedExtra(principal.extra, room.extraJsonBytesMax);
  return {
    username: principal.username,
    ...(principal.uid !== '' && { uid: principal.uid }),
    groups: boundedList(principal.groups, room.groupsJsonBytesMax),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** Returns the status; a failure's reason is its error code; a denial's is with the decision. */
function statusOf(result: RecordedResult): { code: number; reason?: string } {
  const failed = result.outcome === 'failed' || result.outcome === 'unknown';
  return failed && result.decisionReason !== undefined
    ? { code: result.code, reason: boundedText(result.decisionReason, DECISION_CHARACTERS_MAX) }
    : { code: result.code };
}

function annotationsOf(
  { caller, facts, result }: EventParts,
  isCut: boolean,
): Record<string, string> {
  // The owner of the credential.
  const principal = caller.impersonator ?? caller.principal;
  const noted: Record<string, string> = {};
  const note = (name: string, text: string | undefined): void => {
    if (text !== undefined) noted[name] = text;
  };
  note(annotation.action, facts.action);
  // Never keys in addition to a scope and groups: there is room for only one kind.
  if (!grantsToken(facts)) noteKeys(note, facts.keys, result?.outcome);
  notePointers(note, facts.pointers, result?.outcome);
  noteToken(note, facts);
  noteGroupsCounts(note, caller);
  note(annotation.version, facts.version?.toString());
  note(annotation.marks, marksOf(facts, caller, isCut));
  note(annotation.count, facts.count?.toString());
  note(annotation.unreadable, facts.unreadable?.toString());
  note(annotation.parentId, caller.parentId);
  if (caller.changeReason !== undefined) {
    note(annotation.reason, boundedText(caller.changeReason, limits.changeReasonCharactersMax));
  }
  if (caller.onBehalfOf !== undefined) {
    note(annotation.onBehalfOf, boundedText(caller.onBehalfOf, limits.identityValueBytesMax));
  }
  if (principal !== undefined) {
    note(annotation.credentialId, aloneOf(principal).credentialId);
    noteCallersToken(note, principal);
  }
  note(annotation.logKey, facts.logKey);
  note(annotation.logKeyNote, facts.logKeyNote);
  note(annotation.encryptionKey, facts.encryptionKey);
  note(annotation.rewrapped, facts.rewrapped?.toString());
  if (facts.rotation !== undefined) noteRotation(note, facts.rotation);
  if (facts.log !== undefined) noteLogFacts(note, facts.log);
  if (result !== undefined) noteResult(note, result);
  return noted;
}

function noteRotation(note: Note, rotation: RotationFacts): void {
  note(annotation.rotationRun, rotation.runId);
  note(annotation.rotationStep, rotation.step);
  note(annotation.rotationState, rotation.state);
  note(annotation.rotationReason, rotation.reason);
}

function noteLogFacts(note: Note, log: LogFacts): void {
  note(annotation.place, log.place && boundedText(log.place, PLACE_CHARACTERS_MAX));
  note(annotation.treeSize, log.treeSize?.toString());
  note(annotation.rootHash, log.rootHash);
  note(annotation.formerTreeSize, log.formerTreeSize?.toString());
  note(annotation.formerRootHash, log.formerRootHash);
  note(annotation.acceptanceNote, log.acceptanceNote);
  note(annotation.prunedFrom, log.prunedFrom?.toString());
  note(annotation.prunedTo, log.prunedTo?.toString());
  note(annotation.deadLetters, log.deadLetters?.toString());
  note(annotation.chain, log.chain?.toString());
  note(annotation.chainFrom, log.chainFrom?.toString());
  note(annotation.chainTo, log.chainTo?.toString());
}

/** Adds key names; names that Kubernetes could not store are only counted: they may be anything. */
function noteKeys(
  note: Note,
  keys: readonly string[] | undefined,
  outcome: AuditOutcome | undefined,
): void {
  if (keys === undefined || keys.length === 0) return;
  const names = keys.filter((key) => KEY_NAME.test(key)).slice(0, limits.auditKeyNamesMax);
  const kept = boundedList(names, outcome === 'denied' ? DENIED_KEYS_BYTES_MAX : KEYS_BYTES_MAX);
  note(annotation.keys, kept.join(','));
  if (kept.length < keys.length) note(annotation.keysCount, String(keys.length));
}

/** Adds places in documents; those that do not fit are left out. */
function notePointers(
  note: Note,
  pointers: readonly string[] | undefined,
  outcome: AuditOutcome | undefined,
): void {
  if (pointers === undefined || pointers.length === 0) return;
  const kept = boundedList(
    pointers,
    outcome === 'denied' ? DENIED_KEYS_BYTES_MAX : POINTERS_BYTES_MAX,
  );
  if (kept.length > 0) note(annotation.pointers, kept.join(','));
}

function noteGroupsCounts(note: Note, { impersonator, principal }: AuditCaller): void {
  if (impersonator === undefined) {
    note(annotation.groupsCount, principal && aloneOf(principal).groupsCount);
  } else {
    note(annotation.groupsCount, cutGroups(impersonator, SHARED));
    note(annotation.impersonatedGroupsCount, cutGroups(principal, SHARED));
  }
}

/** Returns the number of groups if not all of them are recorded. */
function cutGroups(principal: Principal | undefined, room: IdentityRoom): string | undefined {
  const groups = principal?.groups ?? [];
  const kept = boundedList(groups, room.groupsJsonBytesMax);
  return kept.length < groups.length ? String(groups.length) : undefined;
}

function noteResult(note: Note, result: RecordedResult): void {
  const { outcome, plane, upstreamIds, decisionReason } = result;
  const decision = decisionOf(outcome);
  note(annotation.plane, plane);
  note(annotation.outcome, outcome);
  if (upstreamIds.length > 0) {
    note(annotation.upstreamIds, upstreamIds.slice(0, IDS_MIN).join(','));
  }
  if (result.resolved) note(annotation.resolved, 'true');
  note(annotation.decision, decision);
  if (decision !== undefined && decisionReason) {
    note(annotation.decisionReason, boundedText(decisionReason, DECISION_CHARACTERS_MAX));
  }
}

/** Returns the decision; a failed call may have failed before or after it. */
function decisionOf(outcome: AuditOutcome): 'allow' | 'forbid' | undefined {
  if (outcome === 'allowed') return 'allow';
  return outcome === 'denied' ? 'forbid' : undefined;
}

/** The last time that was formatted: many events share one moment. */
let lastTime = { ms: 0, text: '1970-01-01T00:00:00.000000Z' };

/** Formats RFC 3339 with the six digits of Kubernetes' MicroTime. */
function microTime(ms: number): string {
  if (ms !== lastTime.ms) lastTime = { ms, text: `${new Date(ms).toISOString().slice(0, -1)}000Z` };
  return lastTime.text;
}
