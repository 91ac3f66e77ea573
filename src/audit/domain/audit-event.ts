import type { TokenScope } from '../../core/token-scope.js';

export const auditActions = [
  'secrets.list',
  'secrets.get',
  'secrets.reveal',
  'secrets.check',
  'secrets.watch',
  'secrets.create',
  'secrets.update',
  'secrets.patch',
  'secrets.delete',
  'versions.list',
  'versions.get',
  'versions.restore',
  'versions.delete',
  'versions.undelete',
  'versions.destroy',
  'versions.update',
  'versions.prune',
  'versions.skip',
  'versions.keep',
  'rotations.get',
  'rotations.update',
  'rotations.run',
  'rotations.cancel',
  'rotations.retire',
  'shares.get',
  'shares.update',
  'shares.revoke',
  'imports.get',
  'imports.watch',
  'imports.reveal',
  'imports.check',
  'imports.update',
  'imports.deliver',
  'imports.withdraw',
  'schemas.get',
  'schemas.update',
  'schemas.validate',
  'admission.review',
  'environments.get',
  'environments.update',
  'environments.reveal',
  'environments.check',
  'sealing.get',
  'sealing.renew',
  'syncs.get',
  'syncs.update',
  'syncs.run',
  'syncs.resolve',
  'syncs.push',
  'syncs.pull',
  'syncs.notify',
  'syncs.report',
  'stores.get',
  'stores.update',
  'audit.read',
  'audit.export',
  'audit.ingest',
  'audit.prune',
  'audit.resend',
  'audit.anchor',
  'audit.acceptRollback',
  'audit.damage',
  'keys.rotate',
  'keys.rewrap',
  'rows.adopt',
  'namespaces.list',
  'access.review',
  'kubectl.request',
  'tokens.create',
  'tokens.list',
  'tokens.revoke',
  'auth.refused',
] as const;

/** Actions of events; docs/audit.md describes each. */
export type AuditAction = (typeof auditActions)[number];
export type AuditOutcome = 'allowed' | 'denied' | 'failed' | 'unknown';
export type AuditPlane = 'caller' | 'broker' | 'self' | 'none';

/** Facts of an event about the log: trees by size and root (base64), ranges of entries. */
export interface LogFacts {
  /** Anchor of a checkpoint. */
  readonly place?: string;
  readonly treeSize?: number;
  readonly rootHash?: string;
  /** The anchored tree that was lost. */
  readonly formerTreeSize?: number;
  readonly formerRootHash?: string;
  /** The signed note by which the key of the log states that this is accepted. */
  readonly acceptanceNote?: string;
  /** Deleted entries: from the first up to and without the second. */
  readonly prunedFrom?: number;
  readonly prunedTo?: number;
  /** Events that a sink did not accept, and that are sent to it again. */
  readonly deadLetters?: number;
  /** Chain whose queued entries were changed: its writer, from the first up to the last of them. */
  readonly chain?: number;
  readonly chainFrom?: number;
  readonly chainTo?: number;
}

/** Rights of a token that a call creates or ends. */
export interface TokenGrantFacts {
  /** Name of the impersonated user. */
  readonly actsAs: string;
  /** The user's groups, if known. */
  readonly groups: readonly string[];
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Object of a façade request that is not a Secret; in Kubernetes' words. */
export interface RequestedObject {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  /** Including its subresource. */
  readonly resource: string;
  readonly name: string;
}

/** Facts of an event about a rotation: the state of its run. */
export interface RotationFacts {
  readonly runId: string;
  readonly step: string;
  readonly state: string;
  /** Why it ended, or does not continue: one word of `RunReason`. */
  readonly reason?: string;
}

/** Among `keys`: every key that the Secret has or had, if the keys are unknown. */
export const ALL_KEYS = '*';

/** Facts that a call records about itself: names, never values. */
export interface AuditFacts {
  readonly action: AuditAction;
  readonly namespace?: string;
  readonly secret?: string;
  readonly keys?: readonly string[];
  /** The call accesses no part of the Secret but `keys`. */
  readonly keysOnly?: true;
  /** Places in documents that these keys contain, if the call accesses no other part of them. */
  readonly pointers?: readonly string[];
  /** The call only deletes, and creates nothing that acts later. */
  readonly deletesOnly?: true;
  /** Id of the token that the call concerns. */
  readonly token?: string;
  /** The next key of the log, as in signed notes. */
  readonly logKey?: string;
  /** The signed note by which the previous key confirms it. */
  readonly logKeyNote?: string;
  /** Id of the key that history is encrypted with from now on, or that clients seal with. */
  readonly encryptionKey?: string;
  /** Number of versions that are rewrapped with it. */
  readonly rewrapped?: number;
  /** Rights of that token; such a call names no keys. */
  readonly grant?: TokenGrantFacts;
  /** Scope of a token that is created or ended. */
  readonly tokenScope?: TokenScope;
  readonly version?: number;
  /** Facts about the log itself. */
  readonly log?: LogFacts;
  /** Object of a façade request, if it is not a Secret. */
  readonly object?: RequestedObject;
  /** Run of a rotation that the call concerns. */
  readonly rotation?: RotationFacts;
  /** Number of calls that the event summarizes, if not one. */
  readonly count?: number;
  /** Unreadable events of a batch of the cluster: no other event records them. */
  readonly unreadable?: number;
  /** Requested without effect. */
  readonly dryRun?: boolean;
}

/** Facts at the end of the call: facts that it did not learn may be present as undefined. */
export type RecordedFacts = {
  readonly [Fact in keyof AuditFacts]: AuditFacts[Fact] | undefined;
} & {
  readonly action: AuditAction;
};

/** Result of a call. */
export interface AuditResult {
  readonly outcome: Exclude<AuditOutcome, 'unknown'>;
  /** HTTP status of the response. */
  readonly code: number;
  readonly plane: AuditPlane;
  /** `Audit-ID`s of calls to the cluster; for future calls, their announcements. */
  readonly upstreamIds: readonly string[];
  /** The authorizer's own words, or why the call failed (an error code, never a message). */
  readonly decisionReason?: string;
}

/** Reports whether a text is one of the action names. */
export function isAuditAction(text: string | undefined): text is AuditAction {
  return (auditActions as readonly (string | undefined)[]).includes(text);
}
