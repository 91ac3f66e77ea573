import type { AuditFacts, AuditPlane } from '../../audit/domain/audit-event.js';
import { answeredStream } from '../../core/answered-stream.js';
import type { CallContext } from '../../core/call-context.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import {
  type RawAnswer,
  type RawRequest,
  type RawStream,
  withoutParameters,
} from '../../core/forwarding.js';
import { limits } from '../../core/limits.js';
import { cachedAnswer, cachedListParts, jsonHead } from '../domain/forward/cached-answer.js';
import type { ForwardedRequest } from '../domain/forward/forwarded.js';
import { type ListPart, listParts } from '../domain/forward/list-parts.js';
import { ListView } from '../domain/forward/list-view.js';
import { mayReveal, scopedView } from '../domain/forward/scoped-view.js';
import { viewedAnswer } from '../domain/forward/viewed-answer.js';
import { cachedList, cachedSecret } from './forward-cached.js';
import {
  callerCall,
  explained,
  type ForwardDependencies,
  recordShown,
  requireReachable,
  revealed,
} from './forward-dependencies.js';

/** One Secret, in whatever form: a reveal, unless the form that was asked for holds no value. */
export function forwardGet(
  parts: ForwardDependencies,
  ctx: CallContext,
  request: ForwardedRequest,
): Promise<RawAnswer> {
  const { namespace, name: secret, raw } = request;
  const { scope } = ctx.principal;
  const view = scopedView(scope);
  const isOpen = scope === undefined || mayReveal(scope);
  const action = isOpen ? 'secrets.reveal' : 'secrets.get';
  return parts.calls.read(ctx, { action, namespace, secret }, async (draft) => {
    requireReachable(parts.served, namespace);
    const cached = await cachedSecret(parts, ctx, draft, request);
    if (cached !== undefined) {
      const { body, shown } = cachedAnswer(cached, view);
      draft.keys = shown.flatMap(({ keys }) => keys);
      return { ...jsonHead, body };
    }
    const call = callerCall(ctx, draft);
    const sent = parts.upstream.send(call, narrowedForm(raw, view !== undefined));
    const answer = await explained(parts, call, request, sent);
    const { body, shown } = viewedAnswer(answer.body, view);
    draft.keys = shown.flatMap(({ keys }) => keys);
    if (draft.keys.length === 0 && isPartialForm(raw)) draft.action = 'secrets.get';
    return { ...answer, body };
  });
}

/**
 * A list as it comes: no Secret of it leaves before it is on record. Of what a token may not see
 * nothing is told, also not by the position where the next page would begin.
 */
export function forwardList(
  parts: ForwardDependencies,
  ctx: CallContext,
  request: ForwardedRequest,
): Promise<RawStream> {
  const view = scopedView(ctx.principal.scope);
  return answeredStream(ctx, (signal) =>
    parts.calls.read(ctx, placeOf('secrets.list', request), async (draft) => {
      requireReachable(parts.served, request.namespace);
      const raw = view === undefined ? request.raw : wholeList(request.raw);
      const listing = { ctx, signal, view: new ListView(view) };
      const cached = await cachedList(parts, ctx, draft, { ...request, raw }, view);
      if (cached !== undefined) {
        const some = cachedListParts(cached.secrets, cached.resourceVersion);
        return { ...jsonHead, chunks: listed(parts, { ...listing, plane: 'broker' }, some) };
      }
      const call = { ...callerCall(ctx, draft), signal };
      const answer = await explained(parts, call, request, parts.upstream.open(call, raw));
      const some = listParts(answer.chunks, limits.kubectlObjectBytesMax);
      return { ...answer, chunks: listed(parts, { ...listing, plane: 'caller' }, some) };
    }),
  );
}

/** A list or stream is about one Secret where a field selector names it. */
export function placeOf(
  action: AuditFacts['action'],
  { namespace, name }: ForwardedRequest,
): AuditFacts {
  return {
    action,
    ...(namespace !== '' && { namespace }),
    ...(name !== '' && { secret: name }),
  };
}

/** Rows of a table always with their objects, where somebody must see whose they are. */
export function narrowedForm(raw: RawRequest, isNarrowed: boolean): RawRequest {
  return isNarrowed ? withoutParameters(raw, ['includeObject']) : raw;
}

function wholeList(raw: RawRequest): RawRequest {
  return withoutParameters(raw, ['includeObject', 'limit', 'continue']);
}

interface Listing {
  readonly ctx: CallContext;
  readonly signal: AbortSignal;
  readonly view: ListView;
  readonly plane: AuditPlane;
}

async function* listed(
  parts: ForwardDependencies,
  { ctx, signal, view, plane }: Listing,
  turns: AsyncIterable<readonly ListPart[]> | Iterable<readonly ListPart[]>,
): AsyncGenerator<Buffer> {
  for await (const some of turns) {
    const taken = some.map((part) => view.take(part));
    const shown = taken.flatMap((part) => (part.shown === undefined ? [] : [part.shown]));
    await recordShown(parts, ctx, 'secrets.reveal', revealed(shown), plane);
    if (signal.aborted) throw unavailable('the call was cancelled');
    yield Buffer.concat(taken.map(({ bytes }) => bytes));
  }
}

/** Tables and metadata alone: values stand in them only where an annotation holds some. */
function isPartialForm({ accept }: RawRequest): boolean {
  return /;\s*as=/.test(accept);
}
