import type { SpecWriteOptions } from '../custom-resources/domain/write-conditions.js';
import { shareRight } from '../access/domain/secret-rights.js';
import { CallOutcome, CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { invalidAt } from '../core/errors/sallyport-error.js';
import type { Page } from '../core/page.js';
import type { NeededRight } from '../custom-resources/domain/author-rights.js';
import { notOffered } from './domain/not-granted.js';
import { specTag } from '../custom-resources/domain/custom-resource.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { rightToRotate, rightToSecret, rightsToKeys } from './domain/author-needs.js';
import { parsePins } from './domain/share-pins.js';
import { type ParsedShare, parseShare, shareKind, type ShareSpec } from './domain/share-spec.js';
import { consumersOf, revokedSpec, type ShareView, stateOf } from './domain/share-view.js';
import { ShareProblems } from './share-problems.js';
import type { ShareDependencies } from './shares.dependencies.js';
import {
  type NamePageRequest,
  type SpecCall,
  SpecWrites,
} from '../custom-resources/domain/spec-writes.js';

export interface Written<View> {
  readonly view: View;
  readonly created: boolean;
}

/** Shares: the side of the owner. */
export class SharePolicies {
  readonly #parts: ShareDependencies;
  readonly #writes: SpecWrites<ParsedShare>;
  readonly #problems: ShareProblems;

  constructor(parts: ShareDependencies) {
    this.#parts = parts;
    this.#problems = new ShareProblems(parts);
    this.#writes = new SpecWrites(parts, {
      kind: shareKind,
      actions: { get: 'shares.get', update: 'shares.update' },
      feed: parts.shareFeed,
      objects: parts.shares,
      registry: parts.knownShares,
      keepsRecord: (facts) => parsePins(facts).onDelete !== undefined,
      parse: parseShare,
      rightOf: (verb, of) => shareRight(verb, of),
    });
  }

  /** Lists the shares of a namespace by name. */
  list(ctx: CallContext, namespace: string, request: NamePageRequest): Promise<Page<ShareView>> {
    return this.#writes.list(ctx, namespace, request, (one) => this.#view(ctx, one));
  }

  /** Returns a share and who uses it. Throws NotFound. */
  get(ctx: CallContext, ref: SecretRef): Promise<ShareView> {
    return this.#writes.get(ctx, ref, (one) => this.#view(ctx, one));
  }

  /**
   * Creates or replaces a share as the caller, who becomes its author and needs the right to read
   * the Secret or each key. Throws Forbidden, Invalid, Conflict; 412 if a condition failed.
   */
  put(
    ctx: CallContext,
    ref: SecretRef,
    spec: ShareSpec,
    options: SpecWriteOptions,
  ): Promise<Written<ShareView>> {
    const { namespace, name: secret } = ref;
    const { dryRun } = options;
    const facts = { action: 'shares.update', namespace, secret, keys: spec.keys } as const;
    return this.#parts.calls.write(ctx, { ...facts, ...(dryRun && { dryRun }) }, async (trace) => {
      const call = { ctx, trace, ref };
      await this.#writes.authorise(call, shareRight('update', ref), shareRight('create', ref));
      if (spec.to.some((one) => one.namespace === namespace)) {
        throw invalidAt('/to', 'names the namespace of the share itself');
      }
      const written = await this.#put(call, spec, options);
      return new CallOutcome(written, { success: written.created ? 'created' : 'ok' });
    });
  }

  /** Ends a share. Throws NotFound; 412 if a condition failed. */
  delete(ctx: CallContext, ref: SecretRef, options: SpecWriteOptions): Promise<void> {
    return this.#writes.delete(ctx, ref, options);
  }

  /** Ends a share for all, or for one namespace, for ever. Throws Invalid for another namespace. */
  revoke(ctx: CallContext, ref: SecretRef, consumer: string | undefined): Promise<ShareView> {
    const { namespace, name: secret } = ref;
    // Otherwise the caller answers, as the author, for what other namespaces get from then on.
    const reach = consumer === undefined ? ({ deletesOnly: true } as const) : {};
    const facts = { action: 'shares.revoke', namespace, secret, ...reach } as const;
    return this.#parts.calls.write(ctx, facts, async (trace) => {
      const call = { ctx, trace, ref };
      await this.#writes.authorise(call, shareRight('create', ref, 'revoke'));
      const { spec, problem, object } = await this.#writes.require(call);
      if (spec === undefined) throw invalidAt('/spec', problem ?? 'breaks a rule');
      if (consumer !== undefined && spec.to.every((one) => one.namespace !== consumer)) {
        throw notOffered(consumer);
      }
      // What this version would not write may be in it: it is revoked all the same.
      const conditions = { ifMatch: [specTag(object)], dryRun: false };
      const { view } = await this.#put(call, revokedSpec(spec, consumer), conditions);
      return view;
    });
  }

  async #put(
    call: SpecCall,
    spec: ShareSpec,
    options: SpecWriteOptions,
  ): Promise<Written<ShareView>> {
    const { ctx } = call;
    await this.#requireRights(call, spec);
    const { parsed, created } = await this.#writes.put(call, spec, options);
    this.#parts.states.forget(parsed);
    const view = await this.#view(ctx, parsed, options.dryRun ? ctx.principal.username : undefined);
    return { view, created };
  }

  /** Requires the right to read the Secret, or each of the keys; also to rotate it at the end. */
  async #requireRights({ ctx, trace, ref }: SpecCall, spec: ShareSpec): Promise<void> {
    const access = this.#parts.access.tracedBy(trace.upstreamIds);
    const { namespace } = ref;
    const whole = { ...rightToSecret(spec), namespace };
    const ofKeys: readonly NeededRight[] = rightsToKeys(spec);
    for (const right of ofKeys) await access.require(ctx, whole, { ...right, namespace });
    if (spec.onRevoke === 'rotate')
      await access.require(ctx, { ...rightToRotate(spec), namespace });
  }

  async #view(ctx: CallContext, share: ParsedShare, author?: string): Promise<ShareView> {
    const { importsByShare, records, clock, authors } = this.#parts;
    const { object, specHash } = share;
    const recorded = await records.get(object.uid);
    const found =
      author ?? (await authors.of(shareKind.resource, { object, specHash, recorded }))?.username;
    // A state is remembered for the stored spec, which that of a dry run is not.
    const call = { ctx, trace: new CallTrace() };
    const pins = parsePins(recorded?.facts);
    const problem = await (author === undefined
      ? this.#problems.of(call, share)
      : this.#problems.ofSecret(call, share, pins));
    return {
      name: object.name,
      spec: object.spec,
      readOnly: {
        author: found ?? null,
        ...stateOf(share, problem, clock.nowMs()),
        consumers: consumersOf(pins, importsByShare.of(object)),
      },
      etag: specTag(object),
    };
  }
}
