import { secretRight } from '../../access/domain/secret-rights.js';
import { outOfScope } from '../../access/domain/scope-refusal.js';
import { foundOrUndefined } from '../../core/errors/not-found.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { RawCall } from '../../core/forwarding.js';
import { type CheckedWrite, checkWrite } from '../../secrets/domain/check-write.js';
import { refusedFields } from '../../secrets/domain/checked-object.js';
import { changedKeys, keyChanges } from '../../secrets/domain/key-changes.js';
import { namingWarnings } from '../../secrets/domain/naming-warnings.js';
import type { CheckSubject } from '../../secrets/domain/secret-checks.js';
import { parseAnswer } from '../domain/forward/answer-json.js';
import { checkedSecret, subjectsAfter } from '../domain/forward/checked-state.js';
import type { ForwardedRequest } from '../domain/forward/forwarded.js';
import { carriesValues } from '../domain/forward/json-patch-reads.js';
import { isJsonPatch } from '../domain/forward/patch-types.js';
import { isDryRun } from '../domain/forward/sent-write.js';
import type { SentKeys } from '../domain/forward/sent-keys.js';
import { explained, type ForwardDependencies } from './forward-dependencies.js';

/** Write with its certain content, and the keys that it names. */
interface WriteToCheck extends ForwardedRequest {
  readonly document: unknown;
  readonly sent: SentKeys;
}

/**
 * Checks the state that a write leads to, which a dry run of the same bytes tells: the API server
 * applies every kind of patch. Returns warnings. Throws Invalid, and what the dry run throws.
 */
export async function checkForwarded(
  parts: ForwardDependencies,
  call: RawCall,
  write: WriteToCheck,
): Promise<readonly string[]> {
  const { checks, rehearse } = parts;
  if (!['create', 'update', 'patch'].includes(write.verb)) return [];
  await checks.loaded();
  const before = write.verb === 'create' ? undefined : await subjectBefore(parts, write);
  const subjects = subjectsAfter(write, before);
  const isFree = subjects?.every((subject) => checks.schemasOf(subject).size === 0);
  if (subjects !== undefined && isFree === true) {
    // An apply writes its own labels; those that it leaves may be of others.
    return subjects.slice(0, 1).flatMap((subject) => namingWarnings(checks, subject));
  }
  const answer = await explained(parts, call, write, rehearse(call, write.raw));
  const after = checkedSecret(parseAnswer(answer.body));
  const ofLabel = namingWarnings(checks, after);
  if (checks.schemasOf(after).size === 0) return ofLabel;
  const reach = await reachOf(parts, call, write, { before, after });
  try {
    const checked = { after, ...reach, isDryRun: isDryRun(write.raw), caller: call.ctx };
    return [...ofLabel, ...(await checkWrite(checks, checked))];
  } catch (error) {
    const isRefusal = error instanceof SallyportError && error.code === 'Invalid';
    throw isRefusal ? refusedFields(after.name, error.errors) : error;
  }
}

/** Returns the state before a write, if the cache knows it. */
async function subjectBefore(
  { cache }: ForwardDependencies,
  { namespace, name }: ForwardedRequest,
): Promise<CheckSubject | undefined> {
  return (await cache.view(namespace, { name }))?.get(name);
}

type Reach = Pick<CheckedWrite, 'before' | 'touched' | 'blind' | 'carriesValues'>;

/**
 * Returns the keys that a write touches: for a caller who may read, those whose values change; for
 * others, all that it names, so that no refusal depends on a stored value.
 */
async function reachOf(
  parts: ForwardDependencies,
  call: RawCall,
  { verb, namespace, name, sent, raw, document }: WriteToCheck,
  { before, after }: Pick<CheckedWrite, 'before' | 'after'>,
): Promise<Reach> {
  if (verb === 'create') return { before: undefined, touched: 'all' };
  const ref = { namespace, name };
  const { ctx, trace } = call;
  const { served, store, access } = parts;
  const isInScope = !outOfScope(ctx, { action: 'secrets.reveal', namespace, secret: name });
  const right = secretRight('get', ref);
  const mayRead =
    isInScope && (await access.tracedBy(trace.upstreamIds).decide(ctx, right)).allowed;
  // A replacement has all keys.
  if (!mayRead && verb === 'update') return { before, touched: 'all' };
  const names = new Set(sent.names);
  // If the keys are not all known, the write depends on every other key.
  const known = sent.others === 'none' ? before : undefined;
  const carries = isJsonPatch(raw) && carriesValues(document);
  if (!mayRead) return { before: known, touched: names, blind: names, carriesValues: carries };
  const as = served.isServed(namespace) ? 'broker' : 'caller';
  const found = await foundOrUndefined(() => store.get({ ctx, as, trace }, ref));
  if (found === undefined) return { before: undefined, touched: 'all' };
  return { before: found, touched: changedKeys(keyChanges(found.data, after.data)) };
}
