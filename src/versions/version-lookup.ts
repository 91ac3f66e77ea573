import type { AccessService, ResourceRequest } from '../access/access.service.js';
import { outOfScope } from '../access/domain/scope-refusal.js';
import { versionRight } from '../access/domain/secret-rights.js';
import type { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { historyNotFound, versionNotFound } from './domain/version-refusals.js';
import { parseVersionReference } from '../secrets/domain/version-reference.js';
import type { ComparedVersion, History } from './domain/version.js';
import type { StoredVersion } from './domain/versions.store.js';
import { stored } from './stored.js';
import type { VersionDependencies } from './version.dependencies.js';

type Rights = readonly [ResourceRequest, ...ResourceRequest[]];

/** Reads a row by its history and number, or returns the row that it has. */
export type ReadCompared = (
  historyId: number,
  version: number,
  read: () => Promise<ComparedVersion | undefined>,
) => Promise<ComparedVersion | undefined>;

/** Call about versions: the caller, the subject, and its trace. */
export interface VersionCall {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
  /** Service that traces this call. */
  readonly access: AccessService;
  readonly ref: SecretRef;
}

/** Finds the history of a Secret for callers who may see it. */
export class VersionLookup {
  readonly #parts: VersionDependencies;

  constructor(parts: VersionDependencies) {
    this.#parts = parts;
  }

  /** Returns the call of an audited effect, on the plane of the broker. */
  callOf(ctx: CallContext, trace: CallTrace, ref: SecretRef): VersionCall {
    trace.plane = 'broker';
    const access = this.#parts.access.tracedBy(trace.upstreamIds);
    return { ctx, trace, access, ref };
  }

  /** Requires all rights before any lookup; Invalid if the broker does not work. */
  async authorise(
    { ctx, access, ref }: Pick<VersionCall, 'ctx' | 'access' | 'ref'>,
    rights: Rights,
  ): Promise<void> {
    const { served } = this.#parts;
    served.requireReachable(ref.namespace);
    for (const right of rights) await access.require(ctx, right);
    served.requireServed(ref.namespace);
  }

  /**
   * Finds the Secret's history in the existing namespace. The history of a deleted namespace of
   * equal name requires the rights cluster-wide; for other callers it does not exist.
   */
  async history(
    call: VersionCall,
    rights: Rights,
    options: { readonly isFresh?: boolean } = {},
  ): Promise<History> {
    const { store } = this.#parts;
    const uid = await this.namespaceUid(call, options);
    const ref = { ...call.ref, namespaceUid: uid ?? '' };
    const found = uid === undefined ? undefined : await stored(() => store.history(ref));
    if (found) return found;
    // Check in any case, so that neither answer nor time reveals a former namespace.
    const isEverywhere = await this.#holdsEverywhere(call, rights);
    const former = isEverywhere ? await stored(() => store.formerHistory(ref)) : undefined;
    if (former === undefined) throw historyNotFound(call.ref);
    return former;
  }

  /** Returns a uid; `isFresh`: reads the cluster, for calls that return or write values. */
  async namespaceUid(
    { ref: { namespace } }: Pick<VersionCall, 'ref'>,
    { isFresh = false }: { readonly isFresh?: boolean } = {},
  ): Promise<string | undefined> {
    const { namespaces } = this.#parts;
    const seen = isFresh ? undefined : namespaces.known(namespace);
    return (seen ?? (await namespaces.confirm(namespace)))?.uid;
  }

  /** Returns the version that a request names. Throws NotFound. */
  async version(call: VersionCall, history: History, reference: string): Promise<StoredVersion> {
    const { store } = this.#parts;
    return this.#named(call, history, reference, (version) => store.get(history.id, version));
  }

  /** Returns the version without sealed content; `read` wraps the read, to read a row once. */
  async compared(
    call: VersionCall,
    history: History,
    reference: string,
    read: ReadCompared,
  ): Promise<ComparedVersion> {
    const { store } = this.#parts;
    return this.#named(call, history, reference, (version) =>
      read(history.id, version, () => store.compared(history.id, version)),
    );
  }

  async #named<Row extends { readonly version: number }>(
    call: VersionCall,
    history: History,
    reference: string,
    read: (version: number) => Promise<Row | undefined>,
  ): Promise<Row> {
    const parsed = parseVersionReference(reference);
    if (parsed === undefined) throw versionNotFound(call.ref, reference);
    const version =
      parsed.kind === 'number'
        ? parsed.version
        : await stored(() => this.#parts.store.alias(history.id, parsed.alias));
    const row = version && (await stored(() => read(version)));
    if (!row) throw versionNotFound(call.ref, reference);
    call.trace.note({ version: row.version });
    return row;
  }

  /** Reports whether the caller may see which versions exist, within the token's scope. */
  async maySee({ ctx, access, ref }: Pick<VersionCall, 'ctx' | 'access' | 'ref'>) {
    const { namespace, name: secret } = ref;
    if (outOfScope(ctx, { action: 'versions.get', namespace, secret })) return false;
    return (await access.decide(ctx, versionRight('get', ref))).allowed;
  }

  async #holdsEverywhere({ ctx, access }: VersionCall, rights: Rights): Promise<boolean> {
    for (const right of rights) {
      const { allowed } = await access.decide(ctx, { ...right, namespace: '' });
      if (!allowed) return false;
    }
    return true;
  }
}
