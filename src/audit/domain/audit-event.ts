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
  'rotations.get',
  'rotations.update',
  'rotations.run',
  'rotations.cancel',
  'rotations.retire',
  'audit.read',
  'audit.export',
  'audit.ingest',
  'audit.prune',
  'audit.resend',
  'audit.anchor',
  'audit.acceptRollback',
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

/** API.md section 9; later features add theirs. */
export type AuditAction = (typeof auditActions)[number];
export type AuditOutcome = 'allowed' | 'denied' | 'failed' | 'unknown';
export type AuditPlane = 'caller' | 'broker' | 'self' | 'none';

/** Of an event about the log: trees by size and root (base64), ranges of entries. */
export interface LogFacts {
  /** Where a checkpoint was anchored. */
  readonly place?: string;
  readonly treeSize?: number;
  readonly rootHash?: string;
  /** The tree that was anchored and is no more. */
  readonly formerTreeSize?: number;
  readonly formerRootHash?: string;
  /** The signed note by which the key of the log says that this is accepted. */
  readonly acceptanceNote?: string;
  /** Entries that go: from the first up to and without the second. */
  readonly prunedFrom?: number;
  readonly prunedTo?: number;
  /** Events that a sink would not take, and that are sent to it again. */
  readonly deadLetters?: number;
}

/** What a token is good for that a call makes or ends. */
export interface TokenGrantFacts {
  /** User name that it acts as. */
  readonly actsAs: string;
  /** What its groups are, where it is known. */
  readonly groups: readonly string[];
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Of a request on something else than a Secret, as the façade takes it; in Kubernetes' words. */
export interface RequestedObject {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  /** With its subresource. */
  readonly resource: string;
  readonly name: string;
}

/** Of an event about a rotation: where its run stands. */
export interface RotationFacts {
  readonly runId: string;
  readonly step: string;
  readonly state: string;
  /** Why it ended, or does not go on: one word of `RunReason`. */
  readonly reason?: string;
}

/** Among `keys`: every one that the Secret has or had, where it is not known which. */
export const ALL_KEYS = '*';

/** What a call knows about itself when it is written down: names, never values. */
export interface AuditFacts {
  readonly action: AuditAction;
  readonly namespace?: string;
  readonly secret?: string;
  readonly keys?: readonly string[];
  /** The call reaches no part of the Secret but `keys`. */
  readonly keysOnly?: true;
  /** The call takes away, and sets up nothing that acts later. */
  readonly deletesOnly?: true;
  /** Id of the token that it is about. */
  readonly token?: string;
  /** The next key of the log, as in signed notes. */
  readonly logKey?: string;
  /** The signed note by which the key before vouches for it. */
  readonly logKeyNote?: string;
  /** Id of the key that history is encrypted with from now on. */
  readonly encryptionKey?: string;
  /** How many versions are put under it. */
  readonly rewrapped?: number;
  /** The same token; such a call names no keys. */
  readonly grant?: TokenGrantFacts;
  /** Scope of a token that is to be made, or is ended. */
  readonly tokenScope?: TokenScope;
  readonly version?: number;
  /** What it says about the log itself. */
  readonly log?: LogFacts;
  /** What a request of the façade is about, where that is no Secret. */
  readonly object?: RequestedObject;
  /** Which run of a rotation it is about. */
  readonly rotation?: RotationFacts;
  /** How many calls the event tells of, where it is not one. */
  readonly count?: number;
  /** Events of a batch of the cluster that could not be read: nothing else tells of these. */
  readonly unreadable?: number;
  /** Asked for without effect. */
  readonly dryRun?: boolean;
}

/** The same at the end of the call: what it did not learn may be there, and undefined. */
export type RecordedFacts = {
  readonly [Fact in keyof AuditFacts]: AuditFacts[Fact] | undefined;
} & {
  readonly action: AuditAction;
};

/** What became of it. */
export interface AuditResult {
  readonly outcome: Exclude<AuditOutcome, 'unknown'>;
  /** HTTP status of the answer. */
  readonly code: number;
  readonly plane: AuditPlane;
  /** `Audit-ID`s of calls to the cluster; of those yet to be made, their announcements. */
  readonly upstreamIds: readonly string[];
  /** The authoriser's own words, or why the call failed (an error code, never a message). */
  readonly decisionReason?: string;
}

/** Whether a text is one of the action names. */
export function isAuditAction(text: string | undefined): text is AuditAction {
  return (auditActions as readonly (string | undefined)[]).includes(text);
}
