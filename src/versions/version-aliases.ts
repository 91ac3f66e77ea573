import { versionRight } from '../access/domain/secret-rights.js';
import type { CallContext } from '../core/call-context.js';
import { invalidAt } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { destroyed, versionNotFound } from './domain/version-refusals.js';
import { ownAliasReason } from '../secrets/domain/version-reference.js';
import { toVersionView } from './domain/version-view.js';
import { stored } from './stored.js';
import type { VersionDependencies } from './version.dependencies.js';
import {
  type VersionResult,
  type VersionWriteOptions,
  type VersionWrites,
} from './version-writes.js';

const action = 'versions.update';

/** Names that users give to versions. */
export class VersionAliases {
  readonly #parts: Pick<VersionDependencies, 'store'>;
  readonly #writes: VersionWrites;

  constructor(parts: Pick<VersionDependencies, 'store'>, writes: VersionWrites) {
    this.#parts = parts;
    this.#writes = writes;
  }

  /** Creates the alias, or moves it here. */
  set(
    ctx: CallContext,
    ref: SecretRef,
    { alias, reference }: { readonly alias: string; readonly reference: string },
    options: VersionWriteOptions,
  ): Promise<VersionResult> {
    const right = versionRight('update', ref);
    const request = ['set', alias, reference];
    const { store } = this.#parts;
    const { lookup } = this.#writes;
    return this.#writes.run(ctx, { action, ref, right, request, options }, async (call, found) => {
      refuseKept(alias);
      const row = await lookup.version(call, found, reference);
      if (row.state === 'destroyed') throw destroyed(ref, row.version);
      if (options.dryRun || row.aliases.includes(alias)) {
        return toVersionView({ ...row, aliases: [...new Set([...row.aliases, alias])] });
      }
      await this.#refuseTooMany(found.id, alias);
      const isSet = await stored(() => store.setAlias(found.id, alias, row.version));
      if (!isSet) throw versionNotFound(ref, String(row.version));
      return toVersionView(await lookup.version(call, found, String(row.version)));
    });
  }

  /** Throws NotFound if there is no such alias. */
  remove(
    ctx: CallContext,
    ref: SecretRef,
    alias: string,
    options: VersionWriteOptions,
  ): Promise<VersionResult> {
    const right = versionRight('update', ref);
    const request = ['remove', alias];
    const { store } = this.#parts;
    const { lookup } = this.#writes;
    return this.#writes.run(ctx, { action, ref, right, request, options }, async (call, found) => {
      refuseKept(alias);
      const row = await lookup.version(call, found, alias);
      const aliases = row.aliases.filter((name) => name !== alias);
      if (options.dryRun) return toVersionView({ ...row, aliases });
      const version = await stored(() => store.removeAlias(found.id, alias));
      if (version === undefined) throw versionNotFound(ref, alias);
      return toVersionView(await lookup.version(call, found, String(version)));
    });
  }

  /** Versions with a name are not pruned, so names are bounded. */
  async #refuseTooMany(historyId: number, alias: string): Promise<void> {
    const max = limits.versionAliasesMax;
    const names = new Set<string>();
    let before: number | undefined;
    do {
      const from = before;
      const page = await stored(() => this.#parts.store.list(historyId, from, limits.listItemsMax));
      const found = page.items.flatMap(({ aliases }) => aliases);
      for (const name of found.filter(isOwn)) names.add(name);
      before = page.before;
    } while (before !== undefined);
    if (names.size < max || names.has(alias)) return;
    throw invalidAt('/alias', `a Secret has at most ${max} aliases: remove some`);
  }
}

function isOwn(alias: string): boolean {
  return ownAliasReason(alias) === undefined;
}

function refuseKept(alias: string): void {
  const reason = ownAliasReason(alias);
  if (reason !== undefined) throw invalidAt('/alias', reason);
}
