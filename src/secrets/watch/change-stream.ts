import type { CallContext } from '../../core/call-context.js';
import type { MetadataBody } from '../domain/read-body.js';

export interface ChangeRequest {
  readonly namespace: string;
  readonly name?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** A cursor: go on behind it. */
  readonly after?: string | undefined;
}

/** What a stream tells; metadata only. */
export type StreamEvent =
  | {
      readonly type: 'added' | 'modified' | 'deleted';
      readonly secret: MetadataBody;
      readonly changedKeys: readonly string[];
      readonly cursor: string;
    }
  /** Everything that was there at the beginning has been told. */
  | { readonly type: 'bookmark'; readonly cursor: string };

/** Why a stream has ended, where its client did not end it. */
export type StreamEnd = 'credential' | 'right' | 'behind' | 'leaving' | 'unfollowed';

export interface ChangeStream {
  /**
   * In groups that came together; ends with its signal, or by itself where the right has gone or
   * the client is too far behind. It pulls: whoever does not ask for more holds nothing.
   */
  readonly changes: AsyncIterable<readonly StreamEvent[]>;
  /** Why it has ended; undefined while it goes on. */
  readonly end: () => StreamEnd | undefined;
}

/** Opens streams; audited at their beginning and end. */
export abstract class ChangeStreams {
  /**
   * Resolves once the beginning is on record. Throws Forbidden, Invalid (namespace not served),
   * Unavailable (not followed just now), Expired for a cursor that is too old, BadRequest for one
   * that is none. `signal` ends it: client gone, credential ended, gateway leaving.
   */
  abstract open(
    ctx: CallContext,
    request: ChangeRequest,
    signal: AbortSignal,
  ): Promise<ChangeStream>;
}
