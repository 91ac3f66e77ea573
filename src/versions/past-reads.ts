import { Injectable } from '@nestjs/common';
import { requireInScope } from '../access/domain/scope-refusal.js';
import { secretRight, versionRight } from '../access/domain/secret-rights.js';
import { CallOutcome, type CallTrace, type FoundFacts } from '../calls/domain/call-trace.js';
import type { AuditFacts } from '../audit/domain/audit-event.js';
import type { CallContext } from '../core/call-context.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import type { Page } from '../core/page.js';
import type { SecretValue } from '../core/secret-value.js';
import {
  type DocumentPlace,
  type FoundMember,
  memberAt,
  memberReach,
  memberRequests,
} from '../secrets/domain/documents/key-document.js';
import {
  PastSecrets,
  type PastRequest,
  type PastState,
  type RestoreRequest,
} from '../secrets/domain/past-secrets.js';
import { toMetadataBody } from '../secrets/domain/read-body.js';
import {
  isNotModified,
  refuseFailedMatch,
  unmodified,
} from '../secrets/domain/read-preconditions.js';
import type { Render, VersionInfo } from '../secrets/domain/secret-history.js';
import type { SecretRef, StoredSecret } from '../secrets/domain/secret.js';
import { shownValues } from '../secrets/domain/shown-values.js';
import { sortedKeys } from '../secrets/domain/value-map.js';
import type { ListRequest, Listed } from '../secrets/list/list-page.js';
import type { Read } from '../secrets/read/secret-reads.js';
import type { AdmitValues, SelectedRead, Selection } from '../secrets/read/selected-read.js';
import { DeletedSecrets } from './deleted-secrets.js';
import { stateRefusal } from './domain/version-refusals.js';
import { versionInfo } from './domain/version-info.js';
import { versionTagged } from './domain/version-tag.js';
import type { History } from './domain/version.js';
import type { StoredVersion } from './domain/versions.store.js';
import { PastVersion } from './past-version.js';
import { asSecret, VersionContents } from './version-contents.js';
import { VersionLookup } from './version-lookup.js';
import { VersionDependencies } from './version.dependencies.js';

interface Found {
  readonly history: History;
  readonly row: StoredVersion;
}

/** Content of a version, and what its event names. */
interface Taken<T> {
  readonly content: T;
  readonly found: FoundFacts;
}

/** Reads of versions' content, with the right to read the Secret and the right to its versions. */
@Injectable()
export class PastReads extends PastSecrets {
  readonly #parts: VersionDependencies;
  readonly #lookup: VersionLookup;
  readonly #contents: VersionContents;
  readonly #deleted: DeletedSecrets;

  constructor(parts: VersionDependencies) {
    super();
    this.#parts = parts;
    this.#lookup = new VersionLookup(parts);
    this.#contents = new VersionContents(parts);
    this.#deleted = new DeletedSecrets(parts, this.#lookup);
  }

  override reveal<T>(
    ctx: CallContext,
    ref: SecretRef,
    request: PastRequest,
    render: Render<T>,
  ): Promise<Read<T>> {
    const facts = { action: 'secrets.reveal', namespace: ref.namespace, secret: ref.name } as const;
    return this.#read(ctx, facts, request, (secret, info) => {
      return { content: render(secret, info), found: { keys: sortedKeys(secret.data) } };
    });
  }

  override key(
    ctx: CallContext,
    ref: SecretRef,
    key: string,
    request: PastRequest,
  ): Promise<Read<SecretValue>> {
    const { namespace, name: secret } = ref;
    const reach = { keys: [key], keysOnly: true } as const;
    const facts = { action: 'secrets.reveal', namespace, secret, ...reach } as const;
    return this.#read(ctx, facts, request, (past, { version }) => {
      return { content: valueIn(past, key, version), found: {} };
    });
  }

  override member(
    ctx: CallContext,
    ref: SecretRef,
    place: DocumentPlace,
    request: PastRequest,
  ): Promise<Read<FoundMember>> {
    ctx.charge?.(memberRequests(place) - 1);
    const { namespace, name: secret } = ref;
    const facts = { action: 'secrets.reveal', namespace, secret, ...memberReach(place) } as const;
    return this.#read(ctx, facts, request, (past, { version }) => {
      const value = valueIn(past, place.key, version);
      return { content: memberAt(ref, place, value), found: {} };
    });
  }

  override selected(
    ctx: CallContext,
    ref: SecretRef,
    version: string,
    { selection, admit }: { readonly selection: Selection; readonly admit?: AdmitValues },
  ): Promise<SelectedRead> {
    const { hasMetadata, isWhole, keys } = selection;
    const hasValues = isWhole || keys.length > 0;
    const facts: AuditFacts = {
      action: hasValues ? 'secrets.reveal' : 'versions.get',
      namespace: ref.namespace,
      secret: ref.name,
      ...(hasValues && !isWhole && !hasMetadata ? { keys, keysOnly: true } : {}),
    };
    return this.#parts.calls.read(ctx, facts, async (trace) => {
      const { history, row } = await this.#found(ctx, trace, facts, version);
      const secret = asSecret(history, row, this.#contents.open(history, row));
      const present = sortedKeys(secret.data);
      if (hasValues) {
        trace.note({ keys: isWhole ? present : present.filter((key) => keys.includes(key)) });
      }
      const shown = isWhole ? 'all' : keys;
      const grant = {
        as: 'broker',
        hasMetadata,
        keys: shown,
        asked: keys,
        denial: undefined,
      } as const;
      const metadata = hasMetadata ? toMetadataBody(secret, versionInfo(row)) : undefined;
      const data = hasValues ? shownValues(secret.data, shown) : undefined;
      if (data) admit?.(data);
      return { secret: ref, version: row.version, metadata, data, grant };
    });
  }

  override state(ref: SecretRef, request: RestoreRequest): PastState {
    return new PastVersion(this.#parts, ref, request);
  }

  override deleted(
    ctx: CallContext,
    namespace: string,
    request: ListRequest,
  ): Promise<Page<Listed>> {
    return this.#deleted.list(ctx, namespace, request);
  }

  #read<T>(
    ctx: CallContext,
    facts: AuditFacts,
    request: PastRequest,
    take: (secret: StoredSecret, info: VersionInfo) => Taken<T>,
  ): Promise<Read<T>> {
    return this.#parts.calls.read<Read<T>>(ctx, facts, async (trace) => {
      const { history, row } = await this.#found(ctx, trace, facts, request.version);
      const etagOf = versionTagged(row);
      refuseFailedMatch(etagOf, request);
      if (isNotModified(etagOf, request)) return unmodified(etagOf);
      const secret = asSecret(history, row, this.#contents.open(history, row));
      const { content, found } = take(secret, versionInfo(row));
      return new CallOutcome({ etagOf, content }, found);
    });
  }

  /** Finds a version: a token for a Secret's current content does not cover its past content. */
  async #found(
    ctx: CallContext,
    trace: CallTrace,
    facts: AuditFacts,
    version: string,
  ): Promise<Found> {
    const { action, namespace = '', secret: name = '' } = facts;
    requireInScope(ctx, { ...facts, action: 'versions.get' });
    const ref = { namespace, name };
    const right = versionRight('get', ref);
    const isReveal = action === 'secrets.reveal';
    const rights = isReveal ? ([secretRight('get', ref), right] as const) : ([right] as const);
    const call = this.#lookup.callOf(ctx, trace, ref);
    await this.#lookup.authorise(call, rights);
    const history = await this.#lookup.history(call, rights, { isFresh: isReveal });
    const row = await this.#lookup.version(call, history, version);
    // The caller has both rights, so the error reveals its state.
    const refusal = stateRefusal(ref, row, true);
    if (refusal) throw refusal;
    return { history, row };
  }
}

/** Returns the value of a key. Throws NotFound if the version has no such key. */
function valueIn({ data, name }: StoredSecret, key: string, version: number): SecretValue {
  const value = data.get(key);
  if (value !== undefined) return value;
  const text = `key "${key}" of version ${version} of secrets "${name}" not found`;
  throw new SallyportError('NotFound', text);
}
