import type { CallRunner } from '../../calls/call-runner.service.js';
import { CallOutcome, CallTrace } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { foundOrUndefined } from '../../core/errors/not-found.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import { checkWrite } from '../../secrets/domain/check-write.js';
import { changedKeys, keyChanges } from '../../secrets/domain/key-changes.js';
import type { Representation } from '../../secrets/domain/representation.js';
import { secretValues } from '../../secrets/domain/representations.js';
import { syncLimits } from '../../core/sync-limits.js';
import type { SecretChecks } from '../../secrets/domain/secret-checks.js';
import type { OwnWrite, SecretHistory } from '../../secrets/domain/secret-history.js';
import type { SecretManifest, SecretRef, StoredSecret } from '../../secrets/domain/secret.js';
import type { SecretStore } from '../../secrets/domain/secret.store.js';
import type { CachedSecretSource } from '../../secrets/read/cached-secret-source.js';
import type { FoundSecret } from '../../secrets/read/secret-source.js';
import { isShareable } from '../../shares/domain/shared-source.js';
import type { SideValues } from '../domain/merged-sides.js';
import { type FoundMark, readMark } from '../domain/remote-mark.js';
import type { SyncedKeys } from '../domain/synced-keys.js';
import { MARK } from '../stores/kubernetes/secret-answer.js';
import { decisionOf, type SyncIdentity, workContext } from './sync-identity.js';
import { SyncRefused } from './sync-refused.js';
import type { ClusterSide, ClusterState } from './cluster-side.js';

export interface SyncedSecretDependencies {
  readonly source: Pick<CachedSecretSource, 'findDecided'>;
  readonly store: Pick<SecretStore, 'get' | 'create' | 'patch'>;
  readonly calls: Pick<CallRunner, 'write'>;
  readonly history: Pick<SecretHistory, 'begin' | 'keepReplaced' | 'isRecorded' | 'soon'>;
  readonly checks: SecretChecks;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
}

export interface SyncedSecretOptions {
  readonly identity: SyncIdentity;
  readonly keys: SyncedKeys;
  /** Whether the cache is left out: it was behind. */
  readonly isStrong: boolean;
  /** Throws if the Secret may not leave the cluster: before its values are used. */
  readonly requireMayLeave: (found: FoundSecret) => Promise<void>;
  /** Throws if another replica may do the work now. */
  readonly requireWork: () => void;
}

/** Mark of a sync of another cluster that pushes into the Secret. */
const ownerMark: Representation<FoundMark> = {
  id: 'syncOwner',
  showsVersion: false,
  render: ({ annotations }) => readMark(annotations[MARK]),
  sizeBytes: () => syncLimits.markCharactersMax,
};

const REPLACED = 'values of the store that the sync has replaced there';

/** RFC 3339: when the Secret was last written; empty if that is not known. */
const changeTime: Representation<string> = {
  id: 'changeTime',
  showsVersion: false,
  render: ({ updatedAt, createdAt }) => updatedAt ?? createdAt,
  sizeBytes: () => syncLimits.statusTimeCharactersMax,
};

interface WriteCall {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
  readonly own: OwnWrite;
}

/** Secret of a sync: read and written as the broker. Each write is recorded before it happens. */
export class SyncedSecret implements ClusterSide {
  readonly #parts: SyncedSecretDependencies;
  readonly #options: SyncedSecretOptions;
  readonly #ref: SecretRef;

  constructor(parts: SyncedSecretDependencies, options: SyncedSecretOptions) {
    this.#parts = parts;
    this.#options = options;
    const { namespace, secretName: name } = options.identity;
    this.#ref = { namespace, name };
  }

  /** Throws SyncRefused for a credential of the cluster, and what a read of a Secret throws. */
  async read(): Promise<ClusterState> {
    const { keys, isStrong, requireMayLeave } = this.#options;
    const found = await foundOrUndefined(() => this.#find(isStrong)).catch((error: unknown) => {
      throw isForbidden(error) ? notReadable() : error;
    });
    if (found === undefined) return { version: undefined, values: new Map() };
    if (!(await found.show(isShareable))) throw clusterCredential();
    await requireMayLeave(found);
    const values = keys.ofCluster(await found.show(secretValues));
    const mark = await found.show(ownerMark);
    const changedAt = await found.show(changeTime);
    return { version: found.resourceVersion, values, mark, changedAt };
  }

  async isCurrent({ version }: ClusterState): Promise<boolean> {
    if (this.#options.isStrong) return true;
    const found = await foundOrUndefined(() => this.#find(true));
    return found?.resourceVersion === version;
  }

  /** Throws SyncRefused if the cluster, a schema or the history refuses the write. */
  async write(
    values: SideValues,
    expected: ClusterState,
    { isLosing }: { readonly isLosing: boolean },
  ): Promise<string | undefined> {
    if (isLosing) await this.#requireVersion(expected);
    const keys = changedKeys(keyChanges(expected.values, values));
    const { calls, accounts, history } = this.#parts;
    const { identity } = this.#options;
    const ctx = workContext(accounts, identity);
    const { namespace, name: secret } = this.#ref;
    const facts = { action: 'syncs.pull', namespace, secret, keys: [...keys] } as const;
    try {
      return await calls.write(ctx, facts, async (trace) => {
        trace.decisionReason = decisionOf(identity);
        const own = history.begin(ctx, this.#ref);
        try {
          const written = await this.#write(
            { ctx, trace, own },
            { values, expected, changed: keys },
          );
          const version = await own.wrote(written, { door: 'sync' });
          return new CallOutcome(written.resourceVersion, { version: version?.version });
        } finally {
          own.end();
        }
      });
    } catch (error) {
      if (isDisturbed(error)) return undefined;
      throw refusalOf(error) ?? error;
    }
  }

  /** Throws SyncRefused if the history should have a state, and does not have it yet. */
  async #requireVersion({ version }: ClusterState): Promise<void> {
    const { accounts, history, store } = this.#parts;
    const ctx = workContext(accounts, this.#options.identity);
    const call = { ctx, as: 'broker', trace: new CallTrace() } as const;
    const found = await foundOrUndefined(() => store.get(call, this.#ref));
    // Another state is not written.
    if (found === undefined || found.resourceVersion !== version) return;
    if (!history.isRecorded(found) || (await history.soon(found)) !== undefined) return;
    throw notRecorded('the history does not have the present state of the Secret yet');
  }

  /** Throws SyncRefused if the history takes no version. */
  async keepReplaced(values: SideValues, expected: ClusterState, id: string): Promise<boolean> {
    const { calls, accounts, history, store } = this.#parts;
    const { identity } = this.#options;
    const ctx = workContext(accounts, identity);
    const { namespace, name: secret } = this.#ref;
    const facts = { action: 'versions.keep', namespace, secret, keys: [...values.keys()] } as const;
    try {
      await calls.write(ctx, facts, async (trace) => {
        trace.decisionReason = decisionOf(identity);
        const found = await store.get({ ctx, as: 'broker', trace }, this.#ref);
        if (found.resourceVersion !== expected.version) throw otherState();
        const replaced = { secret: { ...found, data: new Map([...found.data, ...values]) }, id };
        const author = { ...ctx, changeReason: REPLACED };
        const version = await history.keepReplaced(author, replaced, { door: 'sync' });
        return new CallOutcome(undefined, { version });
      });
      return true;
    } catch (error) {
      if (isDisturbed(error)) return false;
      throw historyRefusal(error) ?? error;
    }
  }

  #find(isStrong: boolean): Promise<FoundSecret> {
    const ctx = workContext(this.#parts.accounts, this.#options.identity);
    const consistency = isStrong ? 'strong' : 'cached';
    const wanted = { ref: this.#ref, as: 'broker' } as const;
    return this.#parts.source.findDecided(ctx, new CallTrace(), wanted, { consistency });
  }

  async #write(
    call: WriteCall,
    {
      values,
      expected,
      changed,
    }: {
      readonly values: SideValues;
      readonly expected: ClusterState;
      readonly changed: ReadonlySet<string>;
    },
  ): Promise<StoredSecret> {
    const { checks, store } = this.#parts;
    const { namespace, name } = this.#ref;
    const caller = { work: 'syncs', namespace } as const;
    const as = { ctx: call.ctx, as: 'broker', trace: call.trace } as const;
    if (expected.version === undefined) {
      const after = newSecret(this.#ref, values);
      const write = { before: undefined, after, touched: 'all', isDryRun: false, caller } as const;
      await checkWrite(checks, write);
      this.#options.requireWork();
      return store.create(as, after, { dryRun: false });
    }
    const before = await store.get(as, { namespace, name });
    if (before.resourceVersion !== expected.version) throw otherState();
    const kept = [...before.data].filter(([key]) => !changed.has(key) || values.has(key));
    const after = { ...before, data: new Map([...kept, ...values]) };
    await checkWrite(checks, { before, after, touched: changed, isDryRun: false, caller });
    this.#options.requireWork();
    const document = patchOf(before, values, changed);
    return store.patch(as, this.#ref, { kind: 'merge', document }, { dryRun: false });
  }
}

function newSecret({ namespace, name }: SecretRef, data: SideValues): SecretManifest {
  const rest = { type: 'Opaque', immutable: false, labels: {}, annotations: {} };
  return { namespace, name, data, ...rest };
}

/** Returns the merge patch of the changed keys, for exactly this state; null removes a key. */
function patchOf(
  { uid, resourceVersion }: StoredSecret,
  values: SideValues,
  changed: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  const entries = [...changed].map(
    (key) => [key, values.get(key)?.revealBase64() ?? null] as const,
  );
  return { metadata: { uid, resourceVersion }, data: Object.fromEntries(entries) };
}

/** Reports whether the cluster does not let the gateway read the Secret. */
function isForbidden(error: unknown): boolean {
  return error instanceof SallyportError && error.code === 'Forbidden';
}

/** Reports that another state is there than the one that was expected. */
function isDisturbed(error: unknown): boolean {
  const code = error instanceof SallyportError ? error.code : undefined;
  return code === 'Conflict' || code === 'AlreadyExists' || code === 'NotFound';
}

/** Returns the refusal of the cluster or of a schema; undefined for another error. */
function refusalOf(error: unknown): SyncRefused | undefined {
  const { code, message: why = '' } = error instanceof SallyportError ? error : {};
  if (code !== 'Invalid' && code !== 'Forbidden') return undefined;
  const message = `the Secret does not take the values: ${why}`;
  const reason = code === 'Invalid' ? 'SecretRefused' : 'SecretForbidden';
  return new SyncRefused({ concerns: 'InSync', reason, message });
}

/** Returns the refusal of the history; undefined for another error. */
function historyRefusal(error: unknown): SyncRefused | undefined {
  if (!(error instanceof SallyportError) || error.code !== 'Unavailable') return undefined;
  return notRecorded(error.message);
}

function notRecorded(why: string): SyncRefused {
  const message = `a value that a side would lose is not recorded: ${why}`;
  return new SyncRefused({ concerns: 'InSync', reason: 'HistoryUnavailable', message });
}

function otherState(): SallyportError {
  return new SallyportError('Conflict', 'the Secret has changed');
}

function notReadable(): SyncRefused {
  const message = 'the gateway may not read the Secret: see the roles of its broker';
  return new SyncRefused({ concerns: 'Authorized', reason: 'SecretForbidden', message });
}

function clusterCredential(): SyncRefused {
  const message = 'the Secret is a credential of the cluster, and stays in it';
  return new SyncRefused({ concerns: 'InSync', reason: 'ClusterCredential', message });
}
