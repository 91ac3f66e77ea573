import { type ResourceRequest } from '../access/access.service.js';
import { versionRight } from '../access/domain/secret-rights.js';
import type { CallContext } from '../core/call-context.js';
import type { Page } from '../core/page.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { diffVersions, type VersionDiff } from './domain/version-diff.js';
import { stateRefusal } from './domain/version-refusals.js';
import { cursorAfterVersion, versionOfCursor } from './domain/version-cursor.js';
import { toVersionView, type VersionView } from './domain/version-view.js';
import type { History } from './domain/version.js';
import { stored } from './stored.js';
import { type ReadCompared, type VersionCall, VersionLookup } from './version-lookup.js';
import type { VersionDependencies } from './version.dependencies.js';

export interface VersionListRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Reads of versions and of their differences: never a value. */
export class VersionReads {
  readonly #parts: VersionDependencies;
  readonly #lookup: VersionLookup;

  constructor(parts: VersionDependencies) {
    this.#parts = parts;
    this.#lookup = new VersionLookup(parts);
  }

  /** Lists the newest first. */
  list(
    ctx: CallContext,
    ref: SecretRef,
    { limit, cursor }: VersionListRequest,
  ): Promise<Page<VersionView>> {
    const before = cursor === undefined ? undefined : versionOfCursor(cursor);
    const { namespace, name: secret } = ref;
    const facts = { action: 'versions.list', namespace, secret } as const;
    return this.#parts.calls.read(ctx, facts, async (trace) => {
      const call = this.#lookup.callOf(ctx, trace, ref);
      const history = await this.#opened(call, versionRight('list', ref));
      const page = await stored(() => this.#parts.store.list(history.id, before, limit));
      const items = page.items.map(toVersionView);
      if (page.before === undefined) return { items };
      return { items, continue: cursorAfterVersion(page.before) };
    });
  }

  /** Returns one version in any state. */
  get(ctx: CallContext, ref: SecretRef, reference: string): Promise<VersionView> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'versions.get', namespace, secret } as const;
    return this.#parts.calls.read(ctx, facts, async (trace) => {
      const call = this.#lookup.callOf(ctx, trace, ref);
      const history = await this.#opened(call, versionRight('get', ref));
      return toVersionView(await this.#lookup.version(call, history, reference));
    });
  }

  /** Returns the changes between two versions: names and sizes. Decrypts no sealed content. */
  diff(
    ctx: CallContext,
    ref: SecretRef,
    { from, to }: { readonly from: string; readonly to: string },
    read: ReadCompared = (_historyId, _version, readRow) => readRow(),
  ): Promise<VersionDiff> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'versions.get', namespace, secret } as const;
    return this.#parts.calls.read(ctx, facts, async (trace) => {
      const call = this.#lookup.callOf(ctx, trace, ref);
      const history = await this.#opened(call, versionRight('get', ref));
      const newer = await this.#compared(call, history, to, read);
      const older = await this.#compared(call, history, from, read);
      return diffVersions(older, newer);
    });
  }

  async #opened(call: VersionCall, right: ResourceRequest): Promise<History> {
    await this.#lookup.authorise(call, [right]);
    return this.#lookup.history(call, [right]);
  }

  /** Returns a version to compare; refuses deleted and destroyed versions. */
  async #compared(call: VersionCall, history: History, reference: string, read: ReadCompared) {
    const row = await this.#lookup.compared(call, history, reference, read);
    const refusal = stateRefusal(call.ref, row, true);
    if (refusal) throw refusal;
    return row;
  }
}
