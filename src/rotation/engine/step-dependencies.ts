import type { CallContext } from '../../core/call-context.js';
import type { Clock } from '../../core/clock.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { ConsumersService } from '../../consumers/consumers.service.js';
import type { SecretData, SecretRef, StoredSecret } from '../../secrets/domain/secret.js';
import type { StoreTrace } from '../../secrets/domain/secret.store.js';
import type { ParsedPolicy } from '../domain/rotation-policy.js';
import type { RotationRun, RunChange } from '../domain/rotation-run.js';
import type { RotationSpec } from '../domain/rotation-spec.js';
import type { RotationStore, RunValues } from '../domain/rotation.store.js';
import type { Authors } from './authors.js';
import type { BrokerSecrets } from './broker-secrets.js';
import type { RotationTarget } from './rotation-target.js';

export interface StepDependencies {
  readonly store: RotationStore;
  readonly secrets: BrokerSecrets;
  readonly authors: Authors;
  readonly consumers: Pick<ConsumersService, 'find' | 'restart'>;
  readonly openTarget: OpenTarget;
  readonly versions: RunVersions;
  readonly generate: GenerateFor;
  readonly clock: Clock;
  /** Before an effect that the target does not guard itself. Throws LeaseLost. */
  readonly requireLease: () => void;
}

/** A run as a step finds it. */
export interface StepCall {
  readonly ctx: CallContext;
  readonly run: RotationRun;
  /** Undefined: it is gone. */
  readonly known: ParsedPolicy | undefined;
  readonly spec: RotationSpec;
  /** Collects the calls of the cluster that are not on record by themselves. */
  readonly trace: StoreTrace;
  readonly signal: AbortSignal;
}

/** What a step leads to, and what is sealed with it. */
export interface StepResult {
  readonly change: RunChange;
  readonly values?: RunValues;
  /** Keys of the Secret that the step was about. */
  readonly keys?: readonly string[];
}

export type OpenTarget = (call: StepCall) => Promise<RotationTarget>;

export type GenerateFor = (
  call: StepCall,
  current: SecretData,
  username: string | undefined,
) => Promise<ReadonlyMap<string, SecretValue>>;

/** The numbers of states, and which of them hold credentials that have ended. */
export interface RunVersions {
  numberOf(secret: StoredSecret): Promise<number | null>;
  markRetired(ref: SecretRef & { readonly namespaceUid: string }, version: number): Promise<void>;
}
