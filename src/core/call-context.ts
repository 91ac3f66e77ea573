import type { Principal } from './principal.js';

export type Door = 'rest' | 'graphql' | 'kubectl' | 'job';

/** Caller, transport and ids of a call: the first argument of every service call. */
export interface CallContext {
  readonly principal: Principal;
  /** The actual caller if `principal` is impersonated: owner of the credential and its limits. */
  readonly impersonator?: Principal;
  readonly door: Door;
  readonly requestId: string;
  /** Id of the audit event that this call will write. */
  readonly auditId: string;
  /** Audit id of the request that this call is part of, if one request writes several events. */
  readonly parentId?: string;
  readonly sourceIp: string;
  readonly userAgent?: string;
  /** The caller's reason, from `X-Change-Reason`. */
  readonly changeReason?: string;
  /** User on whose behalf the gateway acts: the requester of a rotation, or its author. */
  readonly onBehalfOf?: string;
  readonly requestUri: string;
  /**
   * Counts work of this call, in requests beyond its first, against its credential's limit before
   * the work is done; throws TooManyRequests. Absent if nothing is limited.
   */
  readonly charge?: (requests: number) => void;
  /**
   * Counts bytes of the response to this call before they are rendered; throws TooManyRequests.
   * Absent if nothing is limited.
   */
  readonly chargeAnswer?: (bytes: number) => void;
  /** Counts bytes that were sent already. Absent if nothing is limited. */
  readonly countAnswer?: (bytes: number) => void;
  /** Called if the response repeats that of an earlier request with the same Idempotency-Key. */
  readonly onReplay?: () => void;
  /** Aborts when the client disconnects or the gateway stops. */
  readonly signal?: AbortSignal;
}
