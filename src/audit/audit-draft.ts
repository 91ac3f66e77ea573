import type {
  AuditAction,
  AuditFacts,
  AuditPlane,
  RotationFacts,
  TokenGrantFacts,
} from './domain/audit-event.js';

/** What a store notes while it works. */
export interface AuditTrace {
  plane: AuditPlane;
  readonly upstreamIds: string[];
}

/** What a call learns about itself on the way; the event is made from it in the end. */
export interface AuditDraft {
  action: AuditAction;
  /** Of a Secret that gets its name by the call. */
  secret: string | undefined;
  keys: readonly string[] | undefined;
  version: number | undefined;
  token: string | undefined;
  grant: TokenGrantFacts | undefined;
  rotation: RotationFacts | undefined;
  readonly trace: AuditTrace;
  /** The authoriser's own words. */
  decisionReason: string | undefined;
  /** Status of the answer if the call succeeds. */
  code: number;
}

export function newDraft(facts: AuditFacts): AuditDraft {
  return {
    action: facts.action,
    secret: facts.secret,
    keys: facts.keys,
    version: facts.version,
    token: facts.token,
    grant: facts.grant,
    rotation: facts.rotation,
    trace: { plane: 'none', upstreamIds: [] },
    decisionReason: undefined,
    code: 200,
  };
}

/** The facts as the draft now has them. */
export function draftedFacts(facts: AuditFacts, draft: AuditDraft): AuditFacts {
  return {
    action: draft.action,
    ...(facts.namespace !== undefined && { namespace: facts.namespace }),
    ...(draft.secret !== undefined && { secret: draft.secret }),
    ...(draft.keys !== undefined && { keys: draft.keys }),
    ...(draft.version !== undefined && { version: draft.version }),
    ...(draft.token !== undefined && { token: draft.token }),
    ...(draft.grant !== undefined && { grant: draft.grant }),
    ...(draft.rotation !== undefined && { rotation: draft.rotation }),
    ...(facts.object !== undefined && { object: facts.object }),
    ...(facts.dryRun !== undefined && { dryRun: facts.dryRun }),
  };
}
