import type { Principal } from './principal.js';

export type Door = 'rest' | 'graphql' | 'kubectl' | 'job';

/** Who asks, through which door, and under which ids: the first argument of every service call. */
export interface CallContext {
  readonly principal: Principal;
  /** Who called, where he acts as `principal`: the credential is his, and so are the limits. */
  readonly impersonator?: Principal;
  readonly door: Door;
  readonly requestId: string;
  /** Id of the audit event that this call will write. */
  readonly auditId: string;
  /** Audit id of the request that this call is part of, where one request makes several events. */
  readonly parentId?: string;
  readonly sourceIp: string;
  readonly userAgent?: string;
  /** The caller's own words, from `X-Change-Reason`. */
  readonly changeReason?: string;
  /** User name of whom the gateway acts for by itself: who asked for a rotation, or its author. */
  readonly onBehalfOf?: string;
  readonly requestUri: string;
  /**
   * Counts work of this call, in requests beyond its first, against the limit of its credential
   * before the work is done; throws TooManyRequests. Absent where nothing is limited.
   */
  readonly charge?: (requests: number) => void;
  /**
   * Counts bytes of the response to this call before they are made; throws TooManyRequests. Absent
   * where nothing is limited.
   */
  readonly chargeAnswer?: (bytes: number) => void;
  /** Counts bytes that were sent already. Absent where nothing is limited. */
  readonly countAnswer?: (bytes: number) => void;
  /** Aborts when the client is gone or the gateway stops. */
  readonly signal?: AbortSignal;
}
