import type { AccessService, ResourceRequest } from '../access/access.service.js';
import { versionRight } from '../access/domain/secret-rights.js';
import type { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { limits } from '../core/limits.js';
import { type EntityTags, entityTag, matchesEntityTags } from '../secrets/domain/etag.js';
import type { PastContent, PastState, RestoreRequest } from '../secrets/domain/past-secrets.js';
import type { SecretRef, StoredSecret } from '../secrets/domain/secret.js';
import { isRetired, notCurrent, nothingCurrent, stateRefusal } from './domain/version-refusals.js';
import { versionOfTags, versionTag } from './domain/version-tag.js';
import type { History } from './domain/version.js';
import { stored } from './stored.js';
import { currentNumber, VersionContents } from './version-contents.js';
import { VersionLookup } from './version-lookup.js';
import type { VersionDependencies } from './version.dependencies.js';

type Rights = readonly [ResourceRequest, ...ResourceRequest[]];

/** Version to restore: one object for each call. */
export class PastVersion implements PastState {
  readonly request: unknown;
  readonly isConditional: boolean;
  readonly #parts: VersionDependencies;
  readonly #lookup: VersionLookup;
  readonly #contents: VersionContents;
  readonly #ref: SecretRef;
  readonly #wanted: RestoreRequest;
  #history: History | undefined;

  constructor(parts: VersionDependencies, ref: SecretRef, wanted: RestoreRequest) {
    const { version, allowRetired, resourceVersion, ifMatch } = wanted;
    this.request = [version, allowRetired, resourceVersion ?? null];
    this.isConditional = ifMatch !== undefined || resourceVersion !== undefined;
    this.#parts = parts;
    this.#lookup = new VersionLookup(parts);
    this.#contents = new VersionContents(parts);
    this.#ref = ref;
    this.#wanted = wanted;
  }

  async authorise(access: AccessService, ctx: CallContext): Promise<void> {
    await this.#lookup.authorise({ access, ctx, ref: this.#ref }, this.#rights());
  }

  async open(access: AccessService, ctx: CallContext, trace: CallTrace): Promise<PastContent> {
    const ref = this.#ref;
    const call = { access, ctx, trace, ref };
    const history = await this.#lookup.history(call, this.#rights(), { isFresh: true });
    this.#history = history;
    const row = await this.#lookup.version(call, history, this.#wanted.version);
    if (row.state !== 'live') {
      const refusal = stateRefusal(ref, row, await this.#lookup.maySee(call));
      if (refusal) throw refusal;
    }
    if (row.isRetired && !this.#wanted.allowRetired) throw isRetired(ref, row.version);
    return { ...this.#contents.open(history, row), version: row.version };
  }

  async requireCurrent(before: StoredSecret | undefined): Promise<void> {
    const { ifMatch, resourceVersion } = this.#wanted;
    if (ifMatch !== undefined) await this.#requireMatch(before, ifMatch);
    if (resourceVersion === undefined || resourceVersion === before?.resourceVersion) return;
    await this.#refuse(before, { resourceVersion }, 409);
  }

  /** Requires the tag of the Secret, or the tag of its current version. */
  async #requireMatch(before: StoredSecret | undefined, tags: EntityTags): Promise<void> {
    if (before && matchesEntityTags(tags, entityTag(before))) return;
    const current = before && (await currentNumber(this.#parts.history, before));
    if (before && current !== undefined) {
      const { uid: secretUid } = before;
      if (matchesEntityTags(tags, versionTag({ secretUid, version: current }))) return;
    }
    await this.#refuse(before, { tags }, 412);
  }

  async #refuse(
    before: StoredSecret | undefined,
    meant: { readonly tags?: EntityTags; readonly resourceVersion?: string },
    status: 409 | 412,
  ): Promise<never> {
    const expected = await this.#meantVersion(meant);
    if (before === undefined) throw nothingCurrent(this.#ref, expected, status);
    throw notCurrent({ current: await this.#currentOf(before), expected }, status);
  }

  /** Returns the current number; the history may lag behind the cluster. */
  async #currentOf(before: StoredSecret): Promise<number | undefined> {
    return currentNumber(this.#parts.history, before);
  }

  async #meantVersion(meant: {
    readonly tags?: EntityTags;
    readonly resourceVersion?: string;
  }): Promise<number | undefined> {
    const { tags = [] } = meant;
    const named = versionOfTags(tags);
    if (named !== undefined || tags === '*' || this.#history === undefined) return named;
    const { id } = this.#history;
    const page = await stored(() => this.#parts.store.list(id, undefined, limits.listItemsMax));
    return page.items.find(({ secretUid: uid, resourceVersion }) => {
      if (resourceVersion === meant.resourceVersion) return true;
      return tags.includes(entityTag({ uid, resourceVersion }));
    })?.version;
  }

  #rights(): Rights {
    const restore = versionRight('create', this.#ref, 'restore');
    if (!this.#wanted.allowRetired) return [restore];
    return [restore, versionRight('create', this.#ref, 'restore-retired')];
  }
}
