import { authoriseServed } from '../access/domain/authorise-served.js';
import { importRight } from '../access/domain/secret-rights.js';
import { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { mapInBatches } from '../core/map-in-batches.js';
import type { Page } from '../core/page.js';
import { backgroundLimits } from '../core/background-limits.js';
import { type ConsumerFacts, offeredSpec } from './domain/grant.js';
import {
  candidatesAfter,
  decodePosition,
  encodePosition,
  positionAfter,
} from './domain/offer-page.js';
import { type OfferedShare, offerOf } from './domain/offer.js';
import { noPins, type SharePins } from './domain/share-pins.js';
import type { ParsedShare } from './domain/share-spec.js';
import { ShareProblems } from './share-problems.js';
import type { ShareDependencies } from './shares.dependencies.js';
import type { NamePageRequest } from '../custom-resources/domain/spec-writes.js';

/** Shares that are offered to a namespace: what its callers may import. */
export class OfferedShares {
  readonly #parts: ShareDependencies;
  readonly #problems: ShareProblems;

  constructor(parts: ShareDependencies) {
    this.#parts = parts;
    this.#problems = new ShareProblems(parts);
  }

  /**
   * Lists the shares that would deliver to the caller in this namespace now, by namespace and name.
   * Checks at most `limit` shares, so that a page may have fewer items, even none, before the last.
   * Throws Forbidden before any lookup.
   */
  list(
    ctx: CallContext,
    namespace: string,
    { limit, cursor }: NamePageRequest,
  ): Promise<Page<OfferedShare>> {
    const { calls, shareFeed } = this.#parts;
    return calls.read(ctx, { action: 'imports.get', namespace }, async (trace) => {
      const right = importRight('list', { namespace, name: '' });
      await authoriseServed(this.#parts, { ctx, trace }, right);
      const before = decodePosition(cursor);
      this.#parts.requireKnown(shareFeed, namespace);
      const consumer = await this.#consumerOf(ctx, namespace);
      if (consumer === undefined) return { items: [] };
      const candidates = candidatesAfter(this.#candidatesFor(consumer), before, limit);
      const { checked, hasMore } = candidates;
      // Each may ask the cluster about its author.
      ctx.charge?.(Math.max(checked.length - 1, 0));
      const offers = await mapInBatches(checked, backgroundLimits.viewsAtOnceMax, (share) =>
        this.#offerOf(ctx, share, consumer),
      );
      const items = offers.filter((offer) => offer !== undefined);
      if (!hasMore) return { items };
      return { items, continue: encodePosition(positionAfter(before, candidates, items)) };
    });
  }

  /** Returns the caller in the namespace that has this name in the cluster now. */
  async #consumerOf(
    { principal }: CallContext,
    namespace: string,
  ): Promise<ConsumerFacts | undefined> {
    const { namespaces, clock } = this.#parts;
    // A namespace that was recreated a moment ago must not see offers to the one before.
    const facts = await namespaces.confirm(namespace);
    if (facts === undefined) return undefined;
    const nowMs = clock.nowMs();
    const place = { namespace, namespaceUid: facts.uid };
    return { ...place, pins: noPins, delivery: 'any', reader: principal, nowMs };
  }

  /** Returns the shares that offer something by their objects, which costs no question. */
  #candidatesFor(consumer: ConsumerFacts): readonly ParsedShare[] {
    const { sharesByConsumer, shareFeed } = this.#parts;
    return sharesByConsumer.of(consumer.namespace).filter((share) => {
      if (typeof offeredSpec(share, consumer) === 'string') return false;
      // Of other namespaces nothing is delivered now.
      return this.#parts.isKnown(shareFeed, share.object.namespace);
    });
  }

  /** Returns the offer of a share; undefined if it delivers nothing to the consumer now. */
  async #offerOf(
    ctx: CallContext,
    share: ParsedShare,
    consumer: ConsumerFacts,
  ): Promise<OfferedShare | undefined> {
    const { states } = this.#parts;
    const spec = offeredSpec(share, consumer);
    if (typeof spec === 'string') return undefined;
    const { pins, problem } = await states.of(share, spec);
    if (problem !== undefined) return undefined;
    if (typeof offeredSpec(share, { ...consumer, pins }) === 'string') return undefined;
    const isThere = await this.#isDelivered(ctx, share, pins);
    return isThere ? offerOf(share, spec, consumer.namespace) : undefined;
  }

  /** Reports whether the Secret is there; an owner's fault must not end the list for a consumer. */
  async #isDelivered(ctx: CallContext, share: ParsedShare, pins: SharePins): Promise<boolean> {
    try {
      const call = { ctx, trace: new CallTrace() };
      return (await this.#problems.ofSecret(call, share, pins)) === undefined;
    } catch (error) {
      if (error instanceof SallyportError) return false;
      throw error;
    }
  }
}
