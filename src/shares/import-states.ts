import { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { unavailable } from '../core/errors/sallyport-error.js';
import { type Grant, type GrantedKey, grantOf } from './domain/grant.js';
import type { FoundSecret } from '../secrets/read/secret-source.js';
import type { ParsedImport } from './domain/import-spec.js';
import { deliveredTag, importTag } from './domain/import-tag.js';
import { noPins, type SharePins } from './domain/share-pins.js';
import type { ImportStateName } from './domain/share-view.js';
import type { ShareDependencies } from './shares.dependencies.js';

/** State of an import for a caller, and its validator. */
export interface ImportState {
  readonly state: ImportStateName;
  readonly etag: string;
}

/** States of imports for callers, by what this replica knows of both sides. */
export class ImportStates {
  readonly #parts: ShareDependencies;

  constructor(parts: ShareDependencies) {
    this.#parts = parts;
  }

  /** Reports whether the caller would get values now. */
  async isReady(ctx: CallContext, imported: ParsedImport): Promise<boolean> {
    const granted = await this.#granted(ctx, imported);
    if (granted === undefined) return false;
    const found = await this.#parts.secrets.find(callOf(ctx), granted);
    return typeof found !== 'string' && hasAny(granted.keys, found);
  }

  /**
   * Returns the state without a question to the cluster about the Secret. Throws Unavailable if the
   * share or the Secret is not known now.
   */
  async watched(ctx: CallContext, imported: ParsedImport): Promise<ImportState> {
    const notGranted = { state: 'NotGranted', etag: importTag(imported) } as const;
    const { served, shareFeed, cache, secrets } = this.#parts;
    const from = imported.spec?.from;
    if (from === undefined || !served.isServed(from.namespace)) return notGranted;
    this.#parts.requireKnown(shareFeed, from.namespace);
    const granted = await this.#granted(ctx, imported);
    if (granted === undefined) return notGranted;
    const name = granted.spec.secretName;
    const view = await cache.view(from.namespace, { name });
    if (view === undefined) throw unavailable('the Secret of a share is not watched now');
    // The cluster would have to confirm an absence.
    if (view.get(name) === undefined) return notGranted;
    const found = await secrets.find(callOf(ctx), granted);
    if (typeof found === 'string') return notGranted;
    if (!hasAny(granted.keys, found)) return notGranted;
    return { state: 'Ready', etag: deliveredTag(found, granted) };
  }

  /** Returns what the objects of both sides grant; undefined if it is nothing. */
  async #granted(
    ctx: CallContext,
    imported: ParsedImport,
  ): Promise<(Grant & { readonly pins: SharePins }) | undefined> {
    const { knownShares, served, states, clock } = this.#parts;
    const from = imported.spec?.from;
    if (from === undefined || !served.isServed(from.namespace)) return undefined;
    const share = knownShares.get({ namespace: from.namespace, name: from.share });
    const { principal: reader } = ctx;
    const facts = { imported, share, delivery: 'live', reader, nowMs: clock.nowMs() } as const;
    const first = grantOf({ ...facts, pins: noPins });
    if (typeof first === 'string') return undefined;
    const { pins, problem } = await states.of(first.share, first.spec);
    if (problem !== undefined) return undefined;
    const grant = grantOf({ ...facts, pins });
    return typeof grant === 'string' ? undefined : { ...grant, pins };
  }
}

function callOf(ctx: CallContext) {
  return { ctx, trace: new CallTrace() };
}

/** Reports whether a Secret has one of the granted keys: without any, nothing is delivered. */
function hasAny(granted: readonly GrantedKey[], { keys }: Pick<FoundSecret, 'keys'>): boolean {
  return granted.some(({ key }) => keys.includes(key));
}
