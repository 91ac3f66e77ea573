import type { Generated } from 'kysely';

/** Rotation of a Secret. At most one run of a name in a namespace has not ended. */
export interface RotationRunTable {
  readonly id: string;
  readonly namespace_uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly policy_uid: string;
  readonly trigger: 'schedule' | 'manual';
  readonly requested_by: string | null;
  readonly reason: string | null;
  readonly state: 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled' | 'needsOperator';
  readonly step: 'create' | 'set' | 'test' | 'finish' | 'retire';
  /** Incremented at every acquisition of the lease. */
  readonly epoch: number;
  readonly attempts: number;
  readonly due_ms: number;
  readonly retire_after_ms: number;
  readonly retire_at_ms: number | null;
  readonly wait_until_ms: number | null;
  readonly from_version: number | null;
  readonly to_version: number | null;
  readonly username: string | null;
  readonly former_username: string | null;
  readonly waiting_for: string | null;
  /** JSON: reason and message. */
  readonly problem: string | null;
  readonly wish: 'cancel' | 'retire' | null;
  readonly started_ms: number;
  readonly step_started_ms: number;
  readonly ended_ms: number | null;
  /** Process that has the lease, and its end by the database's clock. */
  readonly holder: string | null;
  readonly lease_until_ms: number;
  /** Over all but lease, epoch, due time and wish, which only SQL changes. */
  readonly mac: Uint8Array | null;
  readonly wish_mac: Uint8Array | null;
}

/** Sealed values of a run, apart from the row that every step changes. */
export interface RotationValuesTable {
  readonly run_id: string;
  readonly key_id: string;
  readonly wrapped_key: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** State of a SecretRotation in addition to its object in the cluster. */
export interface RotationPolicyTable {
  readonly policy_uid: string;
  /** Hash of the spec that the author is responsible for. */
  readonly spec_hash: string | null;
  /** JSON. */
  readonly author: string | null;
  /** Hash of the spec with the schedule of these times. */
  readonly schedule_hash: string | null;
  readonly next_run_ms: number | null;
  readonly last_due_ms: number | null;
  readonly author_mac: Uint8Array | null;
  readonly schedule_mac: Uint8Array | null;
}

/** Notifications of a run; for one Secret in the order of `seq`. */
export interface RotationOutboxTable {
  readonly seq: Generated<number>;
  /** Equal for every delivery. */
  readonly id: string;
  readonly run_id: string;
  readonly namespace_uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  /** JSON: the columns of the run at that time. */
  readonly body: string;
  readonly created_ms: number;
  /** By the database's clock; a process postpones it before it delivers. */
  readonly next_try_ms: number;
  readonly attempts: number;
  /** Time at which delivery was abandoned. */
  readonly dead_ms: number | null;
}

export interface RotationSchema {
  readonly rotation_outbox: RotationOutboxTable;
  readonly rotation_policies: RotationPolicyTable;
  readonly rotation_runs: RotationRunTable;
  readonly rotation_values: RotationValuesTable;
}
