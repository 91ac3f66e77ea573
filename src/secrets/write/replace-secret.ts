import { requireInScope } from '../../access/domain/scope-refusal.js';
import { secretRight } from '../../access/domain/secret-rights.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { checkWrite } from '../domain/check-write.js';
import { isCreatedBy, missingKeys } from '../domain/generated-keys.js';
import { changedKeys } from '../domain/key-changes.js';
import { namingWarnings } from '../domain/naming-warnings.js';
import { failedMatch, refuseFailedMatch } from '../domain/read-preconditions.js';
import {
  type ValueAccess,
  type WritePlan,
  planCreate,
  planReplace,
} from '../domain/replace-plan.js';
import type { VersionInfo } from '../domain/secret-history.js';
import type { StoredSecret } from '../domain/secret.js';
import { lineEndWarnings } from '../domain/warnings.js';
import type { WriteInput } from '../domain/write-body.js';
import { type Written, sendOwn, versionFound, versionOf } from './own-write.js';
import { mayReadValues } from './value-access.js';
import { withGeneratedKeys } from './with-generated-keys.js';
import {
  type WriteCall,
  type WriteOutcome,
  type WriteResult,
  readBefore,
  refuseUnconditional,
  resultOf,
  storeCall,
  visibleChanges,
  writeOutcome,
} from './write-call.js';

/** Write whose plan knows whether the caller may read the values that it replaces. */
interface ReplaceCall extends WriteCall {
  readonly rules: WriteCall['rules'] & ValueAccess;
}

/** Serves PUT: creates or replaces (docs/write-a-secret.md). */
export async function replaceSecret(given: WriteCall, input: WriteInput): Promise<WriteOutcome> {
  given.served.requireReachable(input.namespace);
  const mayUpdate = await mayUpdateOrCreate(given, input);
  const rules = { ...given.rules, mayReadValues: await mayReadValues(given, input) };
  const call = { ...given, rules };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await replaceOnce(call, input, mayUpdate);
    } catch (error) {
      if (!isRace(error) || hasPrecondition(call, input) || attempt >= limits.replaceRetriesMax) {
        throw error instanceof Race ? error.seen : error;
      }
    }
  }
}

/** Requires either right: without both, the answer is equal whether or not the Secret exists. */
async function mayUpdateOrCreate(call: WriteCall, input: WriteInput): Promise<boolean> {
  const update = secretRight('update', input);
  const decision = await call.access.decide(call.ctx, update);
  if (decision.allowed) return true;
  await call.access.require(call.ctx, update, createRequest(input));
  return false;
}

/** Returns the right; the API server knows no name when it decides about a create. */
function createRequest({ namespace }: WriteInput) {
  return secretRight('create', { namespace, name: '' });
}

/** Returns the facts of a creation, which a token limited to updates does not cover. */
function creationOf({ namespace, name: secret }: WriteInput) {
  return { action: 'secrets.create', namespace, secret };
}

async function replaceOnce(
  call: ReplaceCall,
  input: WriteInput,
  mayUpdate: boolean,
): Promise<WriteOutcome> {
  const before = await readBefore(call, input);
  const mayCompare = mayUpdate && call.rules.mayReadValues;
  if (before && mayCompare && call.afterUnknown) {
    const generatedKeys = await generatedEarlier(call, before, input);
    if (generatedKeys !== undefined) {
      const nothing = { created: false, changes: null, generatedKeys, warnings: [] };
      return outcomeOf(call, before, nothing, await versionFound(call, before));
    }
  }
  if (before && !mayUpdate) await call.access.require(call.ctx, secretRight('update', input));
  if (before) checkPreconditions(call, input, before);
  else refuseAbsent(call, input);
  if (!before) requireInScope(call.ctx, creationOf(input));
  const replacement = planReplace(before, input, call.rules);
  const plan = before
    ? { ...replacement, generatedKeys: [] }
    : await withGeneratedKeys(call, replacement);
  noteKeys(call, plan);
  const warnings = plan.unchanged ? [] : await checkReplace(call, before, plan);
  const { secret, version } =
    plan.unchanged && before
      ? { secret: before, version: await versionOf(call, before) }
      : await send(call, plan, before);
  const rest = {
    created: !before,
    changes: await visibleChanges(call, input, plan.changes),
    generatedKeys: plan.generatedKeys,
    warnings: [...lineEndWarnings(input.data), ...warnings],
    // A replacement without labels leaves those that are stored.
    namingWarnings: plan.unchanged ? [] : namingWarnings(call.checks, plan.manifest),
  };
  return outcomeOf(call, secret, rest, version);
}

/** Checks the new state. A caller who may not read answers for all keys, and so tests no guess. */
function checkReplace(
  { ctx, checks, rules, options }: ReplaceCall,
  before: StoredSecret | undefined,
  { manifest, changes }: WritePlan,
): Promise<readonly string[]> {
  const isCompared = before !== undefined && rules.mayReadValues;
  return checkWrite(checks, {
    before,
    after: manifest,
    touched: isCompared ? changedKeys(changes) : 'all',
    isDryRun: options.dryRun,
    caller: ctx,
  });
}

function outcomeOf(
  call: WriteCall,
  secret: StoredSecret,
  rest: Pick<WriteResult, 'created' | 'changes' | 'generatedKeys' | 'warnings' | 'namingWarnings'>,
  version: VersionInfo | undefined,
): WriteOutcome {
  return writeOutcome(resultOf(call, secret, rest, version), {
    version: version?.version,
    ...(rest.created && { action: 'secrets.create' }),
  });
}

/** Notes all keys that change: nobody has named those that are removed. */
function noteKeys(call: WriteCall, { manifest, changes }: WritePlan): void {
  const keys = new Set([...manifest.data.keys(), ...changes.removed]);
  call.trace.note({ keys: [...keys].toSorted() });
}

/**
 * Returns the keys that an earlier attempt of the request generated, if the state is its result;
 * undefined if it is not. Throws Conflict if the attempt may have created the Secret, or may have
 * failed to remove these keys from it.
 */
async function generatedEarlier(
  call: ReplaceCall,
  before: StoredSecret,
  input: WriteInput,
): Promise<readonly string[] | undefined> {
  if (isAlreadySo(call, before, input)) return [];
  const { manifest } = planCreate(input, call.rules);
  await call.checks.loaded();
  const generatedKeys = missingKeys(call.checks.makers(manifest), manifest.data);
  if (generatedKeys.length === 0 || !isCreatedBy(before, manifest, generatedKeys)) return undefined;
  if (call.options.ifNoneMatch !== undefined) return generatedKeys;
  if (hasPrecondition(call, input)) return undefined;
  throw new SallyportError(
    'Conflict',
    'an earlier attempt of this request may have created the Secret with generated values; read ' +
      'the Secret, and send a new Idempotency-Key',
    { status: 409 },
  );
}

/** Reports whether an earlier attempt took effect, so its preconditions no longer hold. */
function isAlreadySo(call: ReplaceCall, before: StoredSecret, input: WriteInput): boolean {
  const { preconditions: _past, ...wanted } = input;
  return planReplace(before, wanted, call.rules).unchanged;
}

function refuseAbsent(call: WriteCall, input: WriteInput): void {
  refuseFailedMatch(undefined, call.options);
  if (call.options.mustExist !== true) return;
  throw new SallyportError('Conflict', `secrets "${input.name}" does not exist`, { status: 409 });
}

function checkPreconditions(call: WriteCall, input: WriteInput, before: StoredSecret): void {
  if (call.options.ifNoneMatch !== undefined) {
    throw new SallyportError('AlreadyExists', `secrets "${input.name}" already exists`, {
      status: 412,
    });
  }
  refuseFailedMatch(before, call.options);
  refuseUnconditional(before, hasPrecondition(call, input));
}

function hasPrecondition(call: WriteCall, input: WriteInput): boolean {
  const { ifMatch, ifNoneMatch } = call.options;
  const stated = Object.keys(input.preconditions ?? {}).length > 0;
  return ifMatch !== undefined || ifNoneMatch !== undefined || stated;
}

/** Another client wrote between the read and the write. */
class Race extends Error {
  readonly seen: SallyportError;

  constructor(seen: SallyportError) {
    super('the Secret changed meanwhile');
    this.seen = seen;
  }
}

const isRace = (error: unknown): error is Race => error instanceof Race;

async function send(
  call: WriteCall,
  plan: WritePlan,
  before: StoredSecret | undefined,
): Promise<Written> {
  const { ifMatch, ifNoneMatch } = call.options;
  try {
    const as = storeCall(call, 'caller');
    return await sendOwn(call, plan.manifest, before, () =>
      plan.kind === 'create'
        ? call.store.create(as, plan.manifest, call.options)
        : call.store.update(as, plan.manifest, call.options),
    );
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error;
    if (plan.kind === 'create' && error.code === 'AlreadyExists') {
      throw ifNoneMatch === undefined
        ? new Race(error)
        : new SallyportError('AlreadyExists', error.message, { status: 412, cause: error });
    }
    if (plan.kind === 'update' && (error.code === 'Conflict' || error.code === 'NotFound')) {
      throw ifMatch === undefined ? new Race(error) : failedMatch();
    }
    throw error;
  }
}
