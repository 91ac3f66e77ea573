import type { SecretValue } from '../../core/secret-value.js';
import type { AllowedAddress } from '../../platform/outbound/domain/egress-rules.js';
import type { WebhookTargetSpec } from './rotation-spec.js';
import type { RunStep } from './rotation-run.js';
import type { TargetFaultReason } from './target-fault.js';

/** Strategy of a receiver, which says itself if old and new values may work concurrently. */
export type WebhookStrategy = 'dual' | 'singleUser';

/** Step of a run, as sent to a receiver. */
export interface WebhookCall {
  readonly runId: string;
  readonly step: RunStep;
  readonly namespace: string;
  readonly secret: string;
  readonly fromVersion: number | null;
  readonly strategy: WebhookStrategy;
  readonly username?: string;
  /** New values by key of the Secret; sent only with `set` and `test`. */
  readonly values: ReadonlyMap<string, SecretValue>;
  /** `retire`: values to end: those before the run, or the new values if the run is undone. */
  readonly ends?: 'former' | 'pending';
  /** Counts from 1. */
  readonly attempt: number;
}

/** Reasons with which a receiver may refuse. */
export const WEBHOOK_REJECTIONS = [
  'UserUnknown',
  'UserPrivileged',
  'PasswordRejected',
  'Unsupported',
  'NotPropagated',
  'TargetFailed',
] as const satisfies readonly TargetFaultReason[];

export type WebhookRejection = (typeof WEBHOOK_REJECTIONS)[number];

export type WebhookReply =
  /** `strategies`: in the answer to `create`, if the receiver declares them. */
  | { readonly status: 'ok'; readonly strategies?: readonly WebhookStrategy[] }
  /** Not ready: the step is requested again later. */
  | { readonly status: 'retry' }
  | { readonly status: 'rejected'; readonly reason: WebhookRejection };

/** Receiver that changes credentials itself. Every call is one signed POST. */
export interface WebhookTarget {
  /** Throws TargetFault; `signal` limits its time, in addition to the spec's timeout. */
  call(call: WebhookCall, signal: AbortSignal): Promise<WebhookReply>;
}

/** Parameters that a connection to a receiver needs; created for each call. */
export interface WebhookConnection {
  readonly webhook: WebhookTargetSpec;
  /** PEM of the CA; undefined: the CAs that the system trusts. */
  readonly ca: string | undefined;
  /** Text of the Secret's key: 24 to 64 bytes, or `whsec_` and as many in base64. */
  readonly signingKey: SecretValue;
  /** Throws TargetFault HostNotAllowed or TargetUnreachable. */
  resolve(signal: AbortSignal): Promise<AllowedAddress>;
}
