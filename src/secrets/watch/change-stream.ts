import type { CallContext } from '../../core/call-context.js';
import type { StreamEnd } from '../../core/stream-end.js';
import type { MetadataBody } from '../domain/read-body.js';

export interface ChangeRequest {
  readonly namespace: string;
  readonly name?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Cursor to resume after. */
  readonly after?: string | undefined;
}

/** Event of a stream; metadata only. */
export type StreamEvent =
  | {
      readonly type: 'added' | 'modified' | 'deleted';
      readonly secret: MetadataBody;
      readonly changedKeys: readonly string[];
      readonly cursor: string;
    }
  /** All Secrets that existed at the beginning have been sent. */
  | { readonly type: 'bookmark'; readonly cursor: string };

export interface ChangeStream {
  /**
   * Changes in groups that came together. Ends with its signal, or by itself if the right is lost
   * or the client lags too far. Clients pull: without a pull, the stream buffers nothing.
   */
  readonly changes: AsyncIterable<readonly StreamEvent[]>;
  /** Returns why it has ended; undefined while it is open. */
  readonly end: () => StreamEnd | undefined;
}

/** Opens streams; audited at their beginning and end. */
export abstract class ChangeStreams {
  /**
   * Opens a stream; resolves once its beginning is recorded. Throws Forbidden, Invalid (namespace
   * not served), Unavailable (not watched now), Expired for a cursor that is too old, BadRequest
   * for an invalid cursor. `signal` ends it: client disconnected, credential ended, gateway
   * stopping.
   */
  abstract open(
    ctx: CallContext,
    request: ChangeRequest,
    signal: AbortSignal,
  ): Promise<ChangeStream>;
}
