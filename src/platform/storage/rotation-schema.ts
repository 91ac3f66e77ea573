import type { Generated } from 'kysely';

/** One rotation of a Secret. At most one of a name in a namespace has not ended. */
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
  /** Grows with every acquisition of the lease. */
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
  /** Which process has the lease, and until when by the database's clock. */
  readonly holder: string | null;
  readonly lease_until_ms: number;
  /** Over all but lease, epoch, due time and wish, which are moved by SQL alone. */
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

/** What is known of a SecretRotation beside its object in the cluster. */
export interface RotationPolicyTable {
  readonly policy_uid: string;
  /** Of the spec that the author answers for. */
  readonly spec_hash: string | null;
  /** JSON. */
  readonly author: string | null;
  /** Of the spec whose schedule the times are of. */
  readonly schedule_hash: string | null;
  readonly next_run_ms: number | null;
  readonly last_due_ms: number | null;
  readonly author_mac: Uint8Array | null;
  readonly schedule_mac: Uint8Array | null;
}

/** What others are told of a run; of one Secret in the order of `seq`. */
export interface RotationOutboxTable {
  readonly seq: Generated<number>;
  /** The same for every delivery. */
  readonly id: string;
  readonly run_id: string;
  readonly namespace_uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  /** JSON: the columns of the run as it was. */
  readonly body: string;
  readonly created_ms: number;
  /** By the database's clock; whoever delivers it moves it on first. */
  readonly next_try_ms: number;
  readonly attempts: number;
  /** When it was given up. */
  readonly dead_ms: number | null;
}

export interface RotationSchema {
  readonly rotation_outbox: RotationOutboxTable;
  readonly rotation_policies: RotationPolicyTable;
  readonly rotation_runs: RotationRunTable;
  readonly rotation_values: RotationValuesTable;
}
