import { CallOutcome } from '../../calls/domain/call-trace.js';
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
import type { ForwardedRequest, ShownSecret } from '../domain/forward/forwarded.js';
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

/** Forwards a get of one Secret: a reveal, unless the requested form contains no value. */
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
  return parts.calls.read(ctx, { action, namespace, secret }, async (trace) => {
    requireReachable(parts.served, namespace);
    const cached = await cachedSecret(parts, ctx, trace, request);
    if (cached !== undefined) {
      const { body, shown } = cachedAnswer(cached, view);
      return new CallOutcome<RawAnswer>({ ...jsonHead, body }, { keys: namesOf(shown) });
    }
    const call = callerCall(ctx, trace);
    const sent = parts.upstream.send(call, narrowedForm(raw, view !== undefined));
    const answer = await explained(parts, call, request, sent);
    const { body, shown } = viewedAnswer(answer.body, view);
    const keys = namesOf(shown);
    const isMetadata = keys.length === 0 && isPartialForm(raw);
    const found = { keys, ...(isMetadata && ({ action: 'secrets.get' } as const)) };
    return new CallOutcome<RawAnswer>({ ...answer, body }, found);
  });
}

/**
 * Forwards a list as a stream: each Secret is recorded before it leaves. Hidden Secrets leave no
 * trace, not even in the position of the next page.
 */
export function forwardList(
  parts: ForwardDependencies,
  ctx: CallContext,
  request: ForwardedRequest,
): Promise<RawStream> {
  const view = scopedView(ctx.principal.scope);
  return answeredStream(ctx, (signal) =>
    parts.calls.read(ctx, placeOf('secrets.list', request), async (trace) => {
      requireReachable(parts.served, request.namespace);
      const raw = view === undefined ? request.raw : wholeList(request.raw);
      const listing = { ctx, signal, view: new ListView(view) };
      const cached = await cachedList(parts, ctx, trace, { ...request, raw }, view);
      if (cached !== undefined) {
        const some = cachedListParts(cached.secrets, cached.resourceVersion);
        return { ...jsonHead, chunks: listed(parts, { ...listing, plane: 'broker' }, some) };
      }
      const call = { ...callerCall(ctx, trace), signal };
      const answer = await explained(parts, call, request, parts.upstream.open(call, raw));
      const some = listParts(answer.chunks, limits.kubectlObjectBytesMax);
      return { ...answer, chunks: listed(parts, { ...listing, plane: 'caller' }, some) };
    }),
  );
}

/** Returns the audit facts: a list or stream is about one Secret if a field selector names it. */
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

/** Requests rows of a table always with their objects, if a view must identify them. */
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

function namesOf(shown: readonly ShownSecret[]): readonly string[] {
  return shown.flatMap(({ keys }) => keys);
}

/** Reports Tables and metadata only: they contain values only in an annotation. */
function isPartialForm({ accept }: RawRequest): boolean {
  return /;\s*as=/.test(accept);
}
