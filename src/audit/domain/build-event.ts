import { Buffer } from 'node:buffer';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { Principal } from '../../core/principal.js';
import { objectOf } from './action-object.js';
import type {
  AuditFacts,
  AuditOutcome,
  AuditResult,
  LogFacts,
  RotationFacts,
  TokenGrantFacts,
} from './audit-event.js';
import { boundedExtra, boundedList, boundedText } from './bounded.js';
import { annotation, type AuditUser, type KubernetesAuditEvent } from './kubernetes-event.js';

type CallFacts = 'auditId' | 'parentId' | 'sourceIp' | 'userAgent' | 'changeReason' | 'requestUri';

/** Someone who was turned away before a principal was known. */
export type AnonymousCaller = Pick<CallContext, CallFacts> & {
  readonly principal?: undefined;
  readonly impersonator?: undefined;
};
export type AuditCaller = CallContext | AnonymousCaller;

/** A result as it is written: only our own records can be of an unknown outcome. */
export interface RecordedResult extends Omit<AuditResult, 'outcome'> {
  readonly outcome: AuditOutcome;
  readonly resolved?: true;
}

export interface EventParts {
  readonly caller: AuditCaller;
  readonly facts: AuditFacts;
  /** `single` tells of a call in one event. */
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

const URI_CHARACTERS_MAX = 1_024;
const USER_AGENT_CHARACTERS_MAX = 512;
const CREDENTIAL_CHARACTERS_MAX = 512;
const DECISION_CHARACTERS_MAX = 1_024;
const TOKEN_ID_CHARACTERS_MAX = 64;
/** Of upstream calls: what each event has room for, and what one has at most, where it has more. */
const IDS_MIN = 32;
const IDS_MAX = 1_000;
/** Mark of events of writes that were asked for without effect. */
export const DRY_RUN_MARK = 'dry-run';
/** Mark of events that tell of several calls, `sallyport.dev/count` of them. */
export const AGGREGATE_MARK = 'aggregate';
/** Mark of events of calls that somebody made as somebody else. */
export const IMPERSONATED_MARK = 'impersonated';
// With the texts above, sixfold where all is escaped, these stay below an event's 64 KiB.
const ALONE: IdentityRoom = { groupsJsonBytesMax: 10 * 1024, extraJsonBytesMax: 6 * 1024 };
/** Two identities have together what one has alone. */
const SHARED: IdentityRoom = { groupsJsonBytesMax: 5 * 1024, extraJsonBytesMax: 3 * 1024 };
const KEYS_BYTES_MAX = 16 * 1024;
/** Escaped once more within its annotation. */
const GRANT_GROUPS_JSON_BYTES_MAX = 4 * 1024;
const KEY_NAME = /^[-._a-zA-Z0-9]{1,253}$/;

/** The event in Kubernetes' form, built field by field from what is allowed: never a value. */
export function buildEvent(parts: EventParts): KubernetesAuditEvent {
  const { caller, facts, result } = parts;
  const { verb, objectRef } = objectOf(facts);
  const event: KubernetesAuditEvent = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: caller.auditId,
    stage: parts.stage === 'intent' ? 'RequestReceived' : 'ResponseComplete',
    requestURI: pathOf(caller.requestUri),
    verb,
    ...identitiesOf(caller),
    sourceIPs: caller.sourceIp === '' ? [] : [boundedText(caller.sourceIp, 64)],
    ...(caller.userAgent !== undefined && {
      userAgent: boundedText(caller.userAgent, USER_AGENT_CHARACTERS_MAX),
    }),
    ...(objectRef !== undefined && { objectRef }),
    ...(result !== undefined && { responseStatus: statusOf(result) }),
    requestReceivedTimestamp: microTime(parts.receivedAtMs),
    stageTimestamp: microTime(parts.nowMs),
    annotations: annotationsOf(parts),
  };
  const ids = result?.upstreamIds ?? [];
  return ids.length > IDS_MIN ? withIds(event, ids) : event;
}

/** Lists as many upstream calls as there is room for: the cluster's reports join by them. */
function withIds(event: KubernetesAuditEvent, ids: readonly string[]): KubernetesAuditEvent {
  const { annotations } = event;
  const few = annotations[annotation.upstreamIds] ?? '';
  const bytes = Buffer.byteLength(JSON.stringify(event)) - few.length;
  const kept = boundedList(ids.slice(0, IDS_MAX), limits.auditEventBytesMax - bytes);
  if (kept.length <= IDS_MIN) return event;
  return { ...event, annotations: { ...annotations, [annotation.upstreamIds]: kept.join(',') } };
}

/** Query strings may carry what people should not have put there. */
function pathOf(requestUri: string): string {
  const end = requestUri.search(/[?#]/);
  return boundedText(end === -1 ? requestUri : requestUri.slice(0, end), URI_CHARACTERS_MAX);
}

function identitiesOf({
  impersonator,
  principal,
}: AuditCaller): Pick<KubernetesAuditEvent, 'user' | 'impersonatedUser'> {
  if (principal === undefined) {
    return { user: { username: 'system:anonymous', groups: ['system:unauthenticated'] } };
  }
  if (impersonator === undefined) return { user: userOf(principal, ALONE) };
  return { user: userOf(impersonator, SHARED), impersonatedUser: userOf(principal, SHARED) };
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

/** A failure's reason is its error code; a denial's stands with the decision. */
function statusOf(result: RecordedResult): { code: number; reason?: string } {
  const failed = result.outcome === 'failed' || result.outcome === 'unknown';
  return failed && result.decisionReason !== undefined
    ? { code: result.code, reason: boundedText(result.decisionReason, DECISION_CHARACTERS_MAX) }
    : { code: result.code };
}

function annotationsOf({ caller, facts, result }: EventParts): Record<string, string> {
  // Whose the credential is.
  const principal = caller.impersonator ?? caller.principal;
  const all: Record<string, string | undefined> = {
    [annotation.action]: facts.action,
    // Never both, for there is room for one of them.
    ...(facts.grant === undefined ? keysOf(facts.keys) : grantOf(facts.grant)),
    ...groupsCountsOf(caller),
    [annotation.version]: facts.version?.toString(),
    [annotation.marks]: marksOf(facts, caller),
    [annotation.count]: facts.count?.toString(),
    [annotation.parentId]: caller.parentId,
    [annotation.reason]:
      caller.changeReason && boundedText(caller.changeReason, limits.changeReasonCharactersMax),
    [annotation.credentialId]:
      principal && boundedText(principal.credentialId, CREDENTIAL_CHARACTERS_MAX),
    [annotation.tokenOwner]: principal && tokenOwnerOf(principal),
    [annotation.token]: facts.token && boundedText(facts.token, TOKEN_ID_CHARACTERS_MAX),
    [annotation.logKey]: facts.logKey,
    [annotation.logKeyNote]: facts.logKeyNote,
    [annotation.encryptionKey]: facts.encryptionKey,
    [annotation.rewrapped]: facts.rewrapped?.toString(),
    ...rotationOf(facts.rotation),
    ...logFactsOf(facts.log),
    ...resultOf(result),
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function rotationOf(rotation: RotationFacts | undefined): Record<string, string | undefined> {
  if (rotation === undefined) return {};
  return {
    [annotation.rotationRun]: rotation.runId,
    [annotation.rotationStep]: rotation.step,
    [annotation.rotationState]: rotation.state,
    [annotation.rotationReason]: rotation.reason,
  };
}

function logFactsOf(log: LogFacts | undefined): Record<string, string | undefined> {
  if (log === undefined) return {};
  return {
    [annotation.place]: log.place && boundedText(log.place, URI_CHARACTERS_MAX),
    [annotation.treeSize]: log.treeSize?.toString(),
    [annotation.rootHash]: log.rootHash,
    [annotation.formerTreeSize]: log.formerTreeSize?.toString(),
    [annotation.formerRootHash]: log.formerRootHash,
    [annotation.prunedFrom]: log.prunedFrom?.toString(),
    [annotation.prunedTo]: log.prunedTo?.toString(),
    [annotation.deadLetters]: log.deadLetters?.toString(),
  };
}

/** Whoever acts as somebody else must be found in the trail. */
function tokenOwnerOf({ token, username }: Principal): string | undefined {
  return token === undefined || token.owner === username
    ? undefined
    : boundedText(token.owner, limits.identityValueBytesMax);
}

function marksOf(
  { dryRun = false, count }: AuditFacts,
  { impersonator }: AuditCaller,
): string | undefined {
  const marks = [
    ...(dryRun ? [DRY_RUN_MARK] : []),
    ...(count !== undefined && !dryRun ? [AGGREGATE_MARK] : []),
    ...(impersonator === undefined ? [] : [IMPERSONATED_MARK]),
  ];
  return marks.length === 0 ? undefined : marks.join(',');
}

/** Names that Kubernetes could not store are counted, not kept: they may be anything. */
function keysOf(keys: readonly string[] | undefined): Record<string, string> {
  if (keys === undefined || keys.length === 0) return {};
  const names = keys.filter((key) => KEY_NAME.test(key)).slice(0, limits.auditKeyNamesMax);
  const kept = boundedList(names, KEYS_BYTES_MAX);
  return {
    [annotation.keys]: kept.join(','),
    ...(kept.length < keys.length && { [annotation.keysCount]: String(keys.length) }),
  };
}

function grantOf({ actsAs, groups, expiresAt }: TokenGrantFacts): Record<string, string> {
  const kept = boundedList(groups, GRANT_GROUPS_JSON_BYTES_MAX);
  return {
    [annotation.actsAs]: boundedText(actsAs, limits.identityValueBytesMax),
    [annotation.expiresAt]: expiresAt,
    ...(kept.length > 0 && { [annotation.actsAsGroups]: JSON.stringify(kept) }),
    ...(kept.length < groups.length && { [annotation.actsAsGroupsCount]: String(groups.length) }),
  };
}

function groupsCountsOf(caller: AuditCaller): Record<string, string | undefined> {
  const { impersonator, principal } = caller;
  if (impersonator === undefined) {
    return { [annotation.groupsCount]: cutGroups(principal, ALONE) };
  }
  return {
    [annotation.groupsCount]: cutGroups(impersonator, SHARED),
    [annotation.impersonatedGroupsCount]: cutGroups(principal, SHARED),
  };
}

/** How many groups there are where not all of them are written down. */
function cutGroups(principal: Principal | undefined, room: IdentityRoom): string | undefined {
  const groups = principal?.groups ?? [];
  const kept = boundedList(groups, room.groupsJsonBytesMax);
  return kept.length < groups.length ? String(groups.length) : undefined;
}

function resultOf(result: RecordedResult | undefined): Record<string, string | undefined> {
  if (result === undefined) return {};
  const decision = decisionOf(result.outcome);
  return {
    [annotation.plane]: result.plane,
    [annotation.outcome]: result.outcome,
    [annotation.upstreamIds]: result.upstreamIds.slice(0, IDS_MIN).join(',') || undefined,
    [annotation.resolved]: result.resolved && 'true',
    [annotation.decision]: decision,
    [annotation.decisionReason]:
      decision && result.decisionReason
        ? boundedText(result.decisionReason, DECISION_CHARACTERS_MAX)
        : undefined,
  };
}

/** A call that failed may have done so before or after the decision. */
function decisionOf(outcome: AuditOutcome): 'allow' | 'forbid' | undefined {
  if (outcome === 'allowed') return 'allow';
  return outcome === 'denied' ? 'forbid' : undefined;
}

/** RFC 3339 with the six digits of Kubernetes' MicroTime. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
