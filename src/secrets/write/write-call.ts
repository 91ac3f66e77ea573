import type { AccessService } from '../../access/access.service.js';
import { type Rights, changesRights, secretRight } from '../../access/domain/secret-rights.js';
import type { ServedNamespaces } from '../../access/domain/served-namespaces.js';
import { CallOutcome, type CallTrace, type FoundFacts } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import { foundOrUndefined } from '../../core/errors/not-found.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretCache } from '../domain/cache/secret-cache.js';
import type { SecretChecks } from '../domain/secret-checks.js';
import type { SecretDocuments } from '../domain/cache/secret-documents.js';
import { type EntityTags, entityTag, matchesEntityTags } from '../domain/etag.js';
import type { KeyChanges } from '../domain/key-changes.js';
import { type MetadataBody, toMetadataBody } from '../domain/read-body.js';
import type { SecretHistory, VersionInfo, WriteOrigin } from '../domain/secret-history.js';
import type { SecretRef, StoredSecret } from '../domain/secret.js';
import type { Plane, Preconditions, SecretStore, StoreCall } from '../domain/secret.store.js';
import type { TypeRules } from '../domain/secret-types.js';

const REQUIRE_IF_MATCH = 'sallyport.dev/require-if-match';

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly idempotencyKey?: string | undefined;
  readonly ifMatch?: EntityTags | undefined;
  readonly ifNoneMatch?: EntityTags | undefined;
  /** Whether a replace must not create. */
  readonly mustExist?: boolean;
}

/** Result of a write: never a value. It is stored unchanged for a repeated request. */
export interface WriteResult {
  readonly namespace: string;
  readonly name: string;
  readonly created: boolean;
  readonly dryRun: boolean;
  /** Null if the Secret is deleted and its last state unknown, or the caller may not see it. */
  readonly secret: MetadataBody | null;
  /** State after the write, if the caller may know it without the other fields. */
  readonly state?: Pick<MetadataBody, 'uid' | 'resourceVersion'>;
  /** Version after a restore, if the caller may not know the other fields. */
  readonly version?: number;
  readonly changes: KeyChanges | null;
  /** Keys whose values the gateway has generated; absent from results of former versions. */
  readonly generatedKeys?: readonly string[];
  readonly warnings: readonly string[];
  /** Warnings that quote the label of the Secret; absent from results of former versions. */
  readonly namingWarnings?: readonly string[];
}

export type WriteOutcome = CallOutcome<WriteResult>;

export interface WriteDependencies {
  readonly store: SecretStore;
  readonly cache: Pick<SecretCache, 'view'>;
  readonly documents: SecretDocuments;
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly rules: TypeRules;
  readonly checks: SecretChecks;
  readonly history: SecretHistory;
}

/** Active write: its caller, its subject, and the facts for its audit event. */
export interface WriteCall extends WriteDependencies {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
  readonly options: WriteOptions;
  /** An earlier attempt with this key may have taken effect: check before another write. */
  readonly afterUnknown: boolean;
  /** Origin of the write, if its call does not define it. */
  readonly origin?: WriteOrigin;
}

export function storeCall(call: WriteCall, as: Plane): StoreCall {
  return { ctx: call.ctx, as, trace: call.trace };
}

/**
 * Reads the state before the write by the broker, so that a writer needs no `get`; outside the
 * served namespaces, by the caller. Undefined if there is none. Reveal its content only after a
 * decision that the caller may write.
 */
export function readBefore(call: WriteCall, ref: SecretRef): Promise<StoredSecret | undefined> {
  const as = call.served.isServed(ref.namespace) ? 'broker' : 'caller';
  return foundOrUndefined(() => call.store.get(storeCall(call, as), ref));
}

/** Reads if allowed: undefined also if the caller may not read. */
export async function readBeforeIfAllowed(
  call: WriteCall,
  ref: SecretRef,
): Promise<StoredSecret | undefined> {
  try {
    return await readBefore(call, ref);
  } catch (error) {
    if (error instanceof SallyportError && error.code === 'Forbidden') return undefined;
    throw error;
  }
}

/**
 * Reads before a patch, which the API server applies to the live state: the cache is enough. If
 * `If-Match` or the body names a state that may be newer, the cluster is read.
 */
export async function readBeforePatch(
  call: WriteCall,
  ref: SecretRef,
  { resourceVersion }: Preconditions,
): Promise<StoredSecret | undefined> {
  const { cache, documents, trace, options } = call;
  const { ifMatch } = options;
  const view = await cache.view(ref.namespace, { name: ref.name });
  const state = view?.get(ref.name);
  const isNamed =
    state !== undefined &&
    (ifMatch === undefined || matchesEntityTags(ifMatch, entityTag(state))) &&
    (resourceVersion === undefined || resourceVersion === state.resourceVersion);
  if (!isNamed) return readBeforeIfAllowed(call, ref);
  trace.plane = 'broker';
  return documents.read(state);
}

/** Throws 428 if the Secret demands `If-Match` and the caller named no state. */
export function refuseUnconditional(before: StoredSecret, isConditional: boolean): void {
  if (isConditional || before.annotations[REQUIRE_IF_MATCH] !== 'true') return;
  throw new SallyportError(
    'PreconditionRequired',
    `this Secret is annotated ${REQUIRE_IF_MATCH}: send If-Match`,
  );
}

/**
 * Returns key names only if the caller may read the keys, or list versions. A dry run makes no
 * version, so its changes could test any number of guesses: it needs the right to read.
 */
export async function visibleChanges(
  call: WriteCall,
  ref: SecretRef,
  changes: KeyChanges | null,
  rights: Rights = call.options.dryRun ? [secretRight('get', ref)] : changesRights(ref),
): Promise<KeyChanges | null> {
  return changes !== null && (await mayAfterwards(call, rights)) ? changes : null;
}

/** Reports a right after a write, without errors: a completed write must not become a failure. */
export async function mayAfterwards(call: WriteCall, rights: Rights): Promise<boolean> {
  try {
    await call.access.require(call.ctx, ...rights);
    return true;
  } catch {
    return false;
  }
}

/** Renders a result. A dry run without effect must look like one with effect: omits its time. */
function shownAfter(
  call: WriteCall,
  secret: StoredSecret,
  version: VersionInfo | undefined,
): MetadataBody {
  const shown = toMetadataBody(secret, version);
  return call.options.dryRun ? { ...shown, updatedAt: null } : shown;
}

export function resultOf(
  call: WriteCall,
  secret: StoredSecret,
  rest: Pick<WriteResult, 'created' | 'changes' | 'generatedKeys' | 'warnings' | 'namingWarnings'>,
  version: VersionInfo | undefined,
): WriteResult {
  return {
    namespace: secret.namespace,
    name: secret.name,
    dryRun: call.options.dryRun,
    secret: shownAfter(call, secret, version),
    ...rest,
  };
}

export function writeOutcome(result: WriteResult, found: FoundFacts = {}): WriteOutcome {
  return new CallOutcome(result, { ...found, success: result.created ? 'created' : 'ok' });
}
