import type { TokenScope } from '../core/token-scope.js';
import type {
  AuditAction,
  AuditFacts,
  AuditPlane,
  RecordedFacts,
  RotationFacts,
  TokenGrantFacts,
} from '../audit/domain/audit-event.js';

/** Facts that a store records during its work. */
export interface CallTrace {
  plane: AuditPlane;
  readonly upstreamIds: string[];
}

/** Facts that a call learns about itself. The event is built from these at the end. */
export interface CallDraft {
  action: AuditAction;
  /** Name of a Secret that the call creates. */
  secret: string | undefined;
  keys: readonly string[] | undefined;
  version: number | undefined;
  token: string | undefined;
  grant: TokenGrantFacts | undefined;
  tokenScope: TokenScope | undefined;
  rotation: RotationFacts | undefined;
  /** Events of a batch that could not be read; undefined where all could. */
  unreadable: number | undefined;
  readonly trace: CallTrace;
  /** The authoriser's own words. */
  decisionReason: string | undefined;
  /** Status of the answer if the call succeeds. */
  code: number;
}

export function newDraft(facts: AuditFacts): CallDraft {
  return {
    action: facts.action,
    secret: facts.secret,
    keys: facts.keys,
    version: facts.version,
    token: facts.token,
    grant: facts.grant,
    tokenScope: facts.tokenScope,
    rotation: facts.rotation,
    unreadable: facts.unreadable,
    trace: { plane: 'none', upstreamIds: [] },
    decisionReason: undefined,
    code: 200,
  };
}

/** The facts as the draft now has them. */
export function draftedFacts(facts: AuditFacts, draft: CallDraft): RecordedFacts {
  const { action, secret, keys, version, token, grant, tokenScope, rotation, unreadable } = draft;
  const { namespace, object, dryRun } = facts;
  const ofToken = { token, grant, tokenScope };
  const ofRecords = { rotation, unreadable };
  return { action, namespace, secret, keys, version, ...ofToken, ...ofRecords, object, dryRun };
}
