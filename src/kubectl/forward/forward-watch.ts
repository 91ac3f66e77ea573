import { secretRight } from '../../access/domain/secret-rights.js';
import type { CallContext } from '../../core/call-context.js';
import { childContext } from '../../core/child-context.js';
import type { RawStream } from '../../core/forwarding.js';
import { limits } from '../../core/limits.js';
import type { ForwardedRequest } from '../domain/forward/forwarded.js';
import { scopedView } from '../domain/forward/scoped-view.js';
import { watchFrames } from '../domain/forward/watch-frames.js';
import { WatchView } from '../domain/forward/watch-view.js';
import { narrowedForm, placeOf } from './forward-read.js';
import {
  callerCall,
  explained,
  type ForwardDependencies,
  recordShown,
  requireReachable,
  revealed,
} from './forward-dependencies.js';

/**
 * Forwards a stream of changes with their values while the right lasts, and within `limits`.
 * Records its beginning, each Secret before its values leave, and its end.
 */
export function forwardWatch(
  parts: ForwardDependencies,
  ctx: CallContext,
  request: ForwardedRequest,
): Promise<RawStream> {
  const { calls, served, standing, upstream } = parts;
  const { namespace, name } = request;
  const view = scopedView(ctx.principal.scope);
  const right = secretRight('watch', { namespace, name });
  return standing.stream(ctx, right, (end) =>
    calls.read(ctx, placeOf('secrets.watch', request), async (trace) => {
      requireReachable(served, namespace);
      const call = { ...callerCall(ctx, trace), ...end };
      const opened = upstream.open(call, narrowedForm(request.raw, view !== undefined));
      const answer = await explained(parts, call, request, opened);
      const { signal } = end;
      return {
        ...answer,
        chunks: watched(parts, ctx, { request, answer, signal }, new WatchView(view)),
      };
    }),
  );
}

interface Watched {
  readonly request: ForwardedRequest;
  readonly answer: RawStream;
  readonly signal: AbortSignal;
}

async function* watched(
  parts: ForwardDependencies,
  ctx: CallContext,
  { request, answer, signal }: Watched,
  view: WatchView,
): AsyncGenerator<Buffer> {
  try {
    for await (const frames of watchFrames(answer.chunks, limits.kubectlObjectBytesMax)) {
      const taken = frames.map((frame) => view.take(frame));
      const shown = taken.flatMap((frame) => frame.shown);
      await recordShown(parts, ctx, 'secrets.reveal', revealed(shown));
      // The right may have been lost while these were recorded.
      if (signal.aborted) return;
      const bytes = Buffer.concat(taken.map((frame) => frame.bytes));
      if (bytes.byteLength > 0) yield bytes;
    }
  } finally {
    await parts.audit.record(childContext(ctx), placeOf('secrets.watch', request), {
      outcome: 'allowed',
      code: 200,
      plane: 'caller',
      upstreamIds: [],
      decisionReason: endOf(signal),
    });
  }
}

function endOf({ aborted, reason }: AbortSignal): string {
  const why: unknown = aborted ? reason : 'the API server ended it';
  return typeof why === 'string' ? `the watch has ended: ${why}` : 'the watch has ended';
}
