import { callReason, requireInScope } from '../../access/domain/scope-refusal.js';
import { secretRight } from '../../access/domain/secret-rights.js';
import type { AuditAction, AuditFacts } from '../../audit/domain/audit-event.js';
import type { CallContext } from '../../core/call-context.js';
import { SallyportError, toSallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { RawAnswer } from '../../core/forwarding.js';
import type { TokenScope } from '../../core/token-scope.js';
import { CallOutcome, type CallTrace, type FoundFacts } from '../../calls/domain/call-trace.js';
import { isDefiniteFailure } from '../../audit/domain/failure-result.js';
import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import { writtenSecrets } from '../domain/forward/written-secrets.js';
import type { ForwardedRequest, KubeVerb, ShownSecret } from '../domain/forward/forwarded.js';
import { type SentKeys, sentKeys } from '../domain/forward/sent-keys.js';
import { parseAnswer } from '../domain/forward/answer-json.js';
import { readsValues } from '../domain/forward/json-patch-reads.js';
import { withWarnings } from '../domain/forward/checked-state.js';
import { isApply, isJsonPatch } from '../domain/forward/patch-types.js';
import { mayReveal, scopedView } from '../domain/forward/scoped-view.js';
import { sentDocument } from '../domain/forward/sent-document.js';
import { isDryRun, writtenName } from '../domain/forward/sent-write.js';
import { toldByPatch } from '../domain/forward/told-by-patch.js';
import { announcedKeys, keysAfter, touchedKeys } from '../domain/forward/touched-keys.js';
import { viewedBody } from '../domain/forward/viewed-answer.js';
import { writtenState } from '../domain/forward/written-state.js';
import type { OwnWrite } from '../../secrets/domain/secret-history.js';
import { checkForwarded } from './check-forwarded.js';
import { narrowedForm } from './forward-read.js';
import { keysBefore, throwRefusal } from './patch-refusal.js';
import { refuseBlindWrite } from './refuse-blind-write.js';
import {
  callerCall,
  explained,
  type ForwardDependencies,
  recordShown,
  requireReachable,
  requireRight,
  revealed,
} from './forward-dependencies.js';

const CREATED = 201;
const actions: Partial<Record<KubeVerb, AuditAction>> = {
  create: 'secrets.create',
  update: 'secrets.update',
  patch: 'secrets.patch',
};

/** Write with its keys, which its event names. */
interface ForwardedWrite extends ForwardedRequest {
  /** Certain content of the request; undefined if it is not known. */
  readonly document: unknown;
  readonly sent: SentKeys;
}

/** Outcome of a write, and the pending records of what its answer reveals. */
interface Sent {
  readonly answer: RawAnswer;
  readonly reveals: Promise<void>;
}

/**
 * Forwards one write as the caller and announces it to the history. The API server returns values
 * to writers, even if they may not read. Each Secret of an answer with values is a separate reveal,
 * recorded before the answer leaves.
 */
export async function forwardWrite(
  parts: ForwardDependencies,
  ctx: CallContext,
  request: ForwardedRequest,
): Promise<RawAnswer> {
  const { namespace, raw } = request;
  const dryRun = isDryRun(raw);
  const isLarge = (raw.body?.byteLength ?? 0) > limits.smallBodyBytesMax;
  if (isLarge) await requireBefore(parts, ctx, request, dryRun);
  const document = sentDocument(raw);
  const write = { ...request, document, sent: sentKeys(request, document) };
  const facts = factsOf(ctx, write, dryRun);
  const { answer, reveals } = await parts.calls.write(ctx, facts, async (trace) => {
    requireReachable(parts.served, namespace);
    refuseBeyondScope(ctx, write, facts);
    if (dryRun) return send(parts, ctx, trace, write);
    const own = parts.history.begin(ctx, { namespace, name: facts.secret ?? '' });
    try {
      return await send(parts, ctx, trace, write, own);
    } catch (error) {
      // A reader who needs certainty must read the cluster.
      if (!isDefiniteFailure(error)) parts.cache.unsure({ namespace, name: facts.secret });
      throw error;
    } finally {
      own.end();
    }
  });
  await reveals.catch((cause: unknown) => {
    throw dryRun ? cause : unrecorded(cause);
  });
  return answer;
}

/**
 * Checks the right to a write before its body is inspected; records a denial like the API server's.
 */
async function requireBefore(
  { access, calls }: ForwardDependencies,
  ctx: CallContext,
  { verb, namespace, name }: ForwardedRequest,
  dryRun: boolean,
): Promise<void> {
  const action = actions[verb];
  // The body does not contain what is deleted.
  if (action === undefined) return;
  try {
    await requireRight(access, ctx, secretRight(verb, { namespace, name }));
  } catch (error) {
    const named = { ...(name !== '' && { secret: name }), ...(dryRun && { dryRun }) };
    await calls.read(ctx, { action, namespace, ...named }, async () => {
      throw error;
    });
  }
}

function factsOf(ctx: CallContext, write: ForwardedWrite, dryRun: boolean): AuditFacts {
  const { verb, namespace, sent } = write;
  const secret = writtenName(write, ctx.principal.scope);
  const keys = announcedKeys(sent);
  return {
    action: actions[verb] ?? 'secrets.delete',
    ...(namespace !== '' && { namespace }),
    ...(secret !== undefined && { secret }),
    ...(keys.length > 0 && { keys }),
    ...(dryRun && { dryRun }),
  };
}

/** Refuses writes that include another action: creating by applying, reading by patching. */
function refuseBeyondScope(
  ctx: CallContext,
  { verb, namespace, raw, document }: ForwardedWrite,
  { secret }: AuditFacts,
): void {
  const { scope } = ctx.principal;
  if (scope === undefined) return;
  const of = { namespace, secret };
  if (verb === 'update') refuseBlindReplace(scope);
  if (isApply(raw)) requireInScope(ctx, { action: 'secrets.create', ...of });
  const isReading = isJsonPatch(raw) && readsValues(document);
  if (isReading) requireInScope(ctx, { action: 'secrets.reveal', ...of });
}

/** Refuses a replace by a token that reads no values: the update would delete all values. */
function refuseBlindReplace(scope: TokenScope): void {
  const mayGet = callReason({ actions: scope.actions }, { action: 'secrets.get' }) === undefined;
  if (mayReveal(scope) || !mayGet) return;
  const sentence =
    'the token reads Secrets without their values, and would replace them by none: ' +
    'patch what changes (kubectl patch, kubectl apply --server-side --force-conflicts)';
  throw new SallyportError('Forbidden', sentence);
}

async function send(
  parts: ForwardDependencies,
  ctx: CallContext,
  trace: CallTrace,
  write: ForwardedWrite,
  own?: OwnWrite,
): Promise<CallOutcome<Sent>> {
  await refuseBlindWrite(parts, ctx, trace, write);
  const view = scopedView(ctx.principal.scope);
  const call = callerCall(ctx, trace);
  const isCertain = write.verb === 'create' || write.sent.others === 'none';
  const before = isCertain ? undefined : await keysBefore(parts, write);
  const warnings = await checkForwarded(parts, call, write).catch((error: unknown) =>
    throwRefusal(parts, call, write, error),
  );
  // Include the objects, in any form: they say what was written.
  const sent = parts.upstream
    .send(call, narrowedForm(write.raw, true))
    .catch((error: unknown) => throwRefusal(parts, call, write, error));
  const answer = withWarnings(await explained(parts, call, write, sent), warnings);
  // The write is complete: no fault of its answer may turn it into a failure.
  const { document, body, shown } = own
    ? readWrite(answer.body, view)
    : readAnswer(answer.body, view);
  if (own) noteWritten(parts.cache, write, document);
  const isCollection = write.verb === 'deletecollection';
  // A caller who may not see the values does not get these names.
  const keys = touchedKeys(write.sent, {
    before: write.verb === 'create' || answer.status === CREATED ? [] : before,
    after: keysAfter(document),
  });
  const isReading = isJsonPatch(write.raw) && readsValues(write.document);
  const told = isReading ? toldByPatch(shown, keys) : shown;
  const reveals = written(parts, ctx, told, isCollection && own !== undefined);
  // Awaited after the outcome is recorded as well.
  reveals.catch(() => undefined);
  const found = isCollection ? {} : await describe(document, shown, own);
  const forwardedStatus = answer.status;
  const value = { answer: { ...answer, body }, reveals };
  return new CallOutcome(value, { keys, ...found, forwardedStatus });
}

/** Updates the cache: from here on, no read of this replica misses the write. */
function noteWritten(cache: SecretCache, write: ForwardedWrite, document: unknown): void {
  for (const done of writtenSecrets(write, document)) {
    if (done.kind === 'wrote') cache.wrote(done.ref, done.resourceVersion);
    else cache.removed(done.ref, done.uid);
  }
}

async function describe(
  document: unknown,
  shown: readonly ShownSecret[],
  own: OwnWrite | undefined,
): Promise<FoundFacts> {
  const [secret] = shown;
  const name = secret === undefined ? {} : { secret: secret.name };
  const state = own && writtenState(document);
  if (own === undefined || state === undefined) return name;
  const version = await own.wrote(state);
  return { ...name, version: version?.version };
}

/** Records reveals and, for a deleted collection, the deletion of each Secret. */
async function written(
  parts: ForwardDependencies,
  ctx: CallContext,
  shown: readonly ShownSecret[],
  isDeleted: boolean,
): Promise<void> {
  const deletions = isDeleted ? recordShown(parts, ctx, 'secrets.delete', shown) : undefined;
  await Promise.all([deletions, recordShown(parts, ctx, 'secrets.reveal', revealed(shown))]);
}

/** Parses an answer once, and returns what the view leaves of it. */
function readAnswer(bytes: Buffer, view: ReturnType<typeof scopedView>) {
  const document = parseAnswer(bytes);
  return { document, ...viewedBody(bytes, document, view) };
}

function readWrite(
  bytes: Buffer,
  view: ReturnType<typeof scopedView>,
): ReturnType<typeof readAnswer> {
  try {
    return readAnswer(bytes, view);
  } catch (cause) {
    throw unrecorded(cause, 'the write took effect, but its answer cannot be read');
  }
}

function unrecorded(
  cause: unknown,
  sentence = 'the write took effect, but the audit trail cannot be written',
): SallyportError {
  const { headers } = toSallyportError(cause);
  return new SallyportError('OutcomeUnknown', sentence, { cause, headers });
}
