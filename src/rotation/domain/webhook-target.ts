import type { SecretValue } from '../../core/secret-value.js';
import type { AllowedAddress } from './password-target.js';
import type { WebhookTargetSpec } from './rotation-spec.js';
import type { RunStep } from './rotation-run.js';
import type { TargetFaultReason } from './target-fault.js';

/** What a receiver can be asked for; it says itself whether old and new may work at once. */
export type WebhookStrategy = 'dual' | 'singleUser';

/** One step of a run, told to a receiver. */
export interface WebhookCall {
  readonly runId: string;
  readonly step: RunStep;
  readonly namespace: string;
  readonly secret: string;
  readonly fromVersion: number | null;
  readonly strategy: WebhookStrategy;
  readonly username?: string;
  /** New values by key of the Secret; sent with `set` and `test` alone. */
  readonly values: ReadonlyMap<string, SecretValue>;
  /** `retire`: which values end: those before the run, or the new ones, when it is taken back. */
  readonly ends?: 'former' | 'pending';
  /** From 1 on. */
  readonly attempt: number;
}

/** Why a receiver may say no. */
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
  /** `strategies`: of `create`, where the receiver declares them. */
  | { readonly status: 'ok'; readonly strategies?: readonly WebhookStrategy[] }
  /** Not yet: the same step is asked for again later. */
  | { readonly status: 'retry' }
  | { readonly status: 'rejected'; readonly reason: WebhookRejection };

/** A receiver that changes credentials itself. Every call is one signed POST. */
export interface WebhookTarget {
  /** Throws TargetFault; `signal` bounds it in time, besides the spec's timeout. */
  call(call: WebhookCall, signal: AbortSignal): Promise<WebhookReply>;
}

/** What a receiver is reached by; made anew for each call. */
export interface WebhookConnection {
  readonly webhook: WebhookTargetSpec;
  /** PEM of the CA; undefined: those that the system trusts. */
  readonly ca: string | undefined;
  /** Text of the Secret's key: 24 to 64 bytes, or `whsec_` and as many in base64. */
  readonly signingKey: SecretValue;
  /** Throws TargetFault HostNotAllowed or TargetUnreachable. */
  resolve(signal: AbortSignal): Promise<AllowedAddress>;
}
