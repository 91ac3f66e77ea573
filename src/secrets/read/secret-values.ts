import { setImmediate as turn } from 'node:timers/promises';
import { outOfScope } from '../../access/domain/scope-refusal.js';
import { type Rights, readKeyRights, secretRight } from '../../access/domain/secret-rights.js';
import { CallTrace } from '../../calls/domain/call-trace.js';
import type { AuditService } from '../../audit/audit.service.js';
import type { CallContext } from '../../core/call-context.js';
import { SallyportError, toSallyportError, withErrors } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { mapInBatches } from '../../core/map-in-batches.js';
import { type DocumentPlace, memberReason } from '../domain/documents/key-document.js';
import { KeyMember } from '../domain/documents/key-member.js';
import { matchesEntityTags } from '../domain/etag.js';
import { type ReadPreconditions, failedMatch } from '../domain/read-preconditions.js';
import { KeyValue, keyNotFound, secretValues } from '../domain/representations.js';
import type { SecretRef } from '../domain/secret.js';
import { type ShownEntry, gatherShown } from '../domain/values/values-body.js';
import { type ValuesEntry, bySecret, requestsOf } from '../domain/values/values-entry.js';
import type { ReadEncoding } from '../domain/value-map.js';
import { valuesTag } from '../domain/values/values-tag.js';
import type { ReadWait, Watchable, Watched } from './read-wait.js';
import type { Consistency, FoundSecret, SecretSource } from './secret-source.js';
import {
  type Outcome,
  type ValuesEnd,
  ValuesPart,
  actionOf,
  failedRead,
  isFound,
} from './values-part.js';

export interface ValuesRequest {
  readonly namespace: string;
  /** In the requested order, without duplicates. */
  readonly entries: readonly ValuesEntry[];
}

export interface ValuesOptions extends ReadPreconditions {
  readonly consistency?: Consistency | undefined;
  readonly wait?: ReadWait | undefined;
  /** Encoding of values, for the limit of their size. */
  readonly encoding?: ReadEncoding | undefined;
}

/** Values, or the fact that the caller already has them. */
export interface ValuesRead<T> {
  readonly etag: string;
  /** Undefined if nothing was modified. */
  readonly content: T | undefined;
}

type RenderValues<T> = (entries: readonly ShownEntry[]) => T;

/** Reads of several Secrets or keys of a namespace in one call: all of them, or none. */
export class SecretValues {
  readonly #audit: AuditService;
  readonly #source: SecretSource;

  constructor(parts: { readonly audit: AuditService; readonly source: SecretSource }) {
    this.#audit = parts.audit;
    this.#source = parts.source;
  }

  /**
   * Returns what `render` makes of the entries. Each entry counts as a request, a member of a
   * document as more, and is decided before its lookup. Throws the first failure in the requested
   * order, with `errors` for each failed entry. Throws TooLarge if the values of all entries, as
   * written, exceed `limits.valuesBytesMax`. Records one event for each Secret under one event for
   * the call; all of them contain the outcome of the call.
   */
  async read<T>(
    ctx: CallContext,
    request: ValuesRequest,
    options: ValuesOptions,
    render: RenderValues<T>,
  ): Promise<ValuesRead<T>> {
    const { namespace, entries } = request;
    ctx.charge?.(requestsOf(entries) - 1);
    const parts = bySecret(entries).map((secret) => new ValuesPart(ctx, namespace, secret));
    const read = await this.#read(ctx, parts, options, async (found) =>
      render(await gatherShown(shownOf(found, entries), options.encoding, ctx.chargeAnswer)),
    ).catch(toSallyportError);
    if (read instanceof SallyportError) {
      await this.#record(ctx, namespace, parts, { code: 200, error: read });
      throw read;
    }
    const code = read.content === undefined ? 304 : 200;
    await this.#record(ctx, namespace, parts, { code, error: undefined });
    return read;
  }

  /**
   * Returns entries as a part of a wait. The read that follows the wait counts them, and records
   * what it returns or refuses.
   */
  watchable(
    ctx: CallContext,
    { namespace, entries }: ValuesRequest,
    { consistency }: Pick<ValuesOptions, 'consistency'>,
  ): Watchable {
    const parts = bySecret(entries).map((secret) => new ValuesPart(ctx, namespace, secret));
    return {
      watched: watchedOf(parts),
      tag: async () => valuesTag(requireAll(await this.#look(parts, consistency))),
    };
  }

  async #read<T>(
    ctx: CallContext,
    parts: readonly ValuesPart[],
    { consistency, wait, ifMatch, ifNoneMatch }: ValuesOptions,
    render: (found: readonly FoundSecret[]) => Promise<T>,
  ): Promise<ValuesRead<T>> {
    const find = () => this.#look(parts, consistency);
    const isSame = (outcomes: readonly Outcome[]): boolean => {
      if (ifNoneMatch === undefined || !outcomes.every(isFound)) return false;
      const etag = valuesTag(outcomes);
      return matchesEntityTags(ifNoneMatch, etag) && matchesEntityTags(ifMatch ?? '*', etag);
    };
    const look = { watched: watchedOf(parts), find, isSame };
    const outcomes = await (wait ? wait.through(ctx, look) : find());
    const found = requireAll(outcomes);
    const etag = valuesTag(found);
    if (ifMatch !== undefined && !matchesEntityTags(ifMatch, etag)) throw failedMatch();
    return { etag, content: isSame(found) ? undefined : await render(found) };
  }

  /** Finds the current state of each entry, in the requested order. */
  async #look(
    parts: readonly ValuesPart[],
    consistency: Consistency | undefined,
  ): Promise<readonly Outcome[]> {
    await mapInBatches(parts, limits.valuesAtOnceMax, async (part) => {
      part.outcomes = await this.#lookAt(part, consistency);
    });
    const placed = parts.flatMap(({ asked, outcomes }) =>
      outcomes.map((outcome, index) => ({ outcome, place: asked[index]?.place ?? 0 })),
    );
    return placed.toSorted((a, b) => a.place - b.place).map(({ outcome }) => outcome);
  }

  /** Finds a state: all entries of a Secret use one state, the last that was found. */
  async #lookAt(
    { ctx, ref, asked, trace }: ValuesPart,
    consistency: Consistency | undefined,
  ): Promise<readonly Outcome[]> {
    const find = (rights?: Rights): Promise<Outcome> =>
      this.#source.find(ctx, trace, { ref, rights }, { consistency }).catch(toSallyportError);
    let whole: Outcome | undefined;
    // A caller who may read the whole Secret may read each key: check it first for several keys.
    const findEntry = async (key: string | undefined): Promise<Outcome> => {
      if (key !== undefined && asked.length === 1) return find(readKeyRights(ref, key));
      whole ??= await find();
      const isByKey = key !== undefined && isForbidden(whole);
      return isByKey ? find(readKeyRights(ref, key)) : whole;
    };
    const outcomes: Outcome[] = [];
    for (const { key } of asked) {
      outcomes.push(outOfScope(ctx, scopedFacts(ref, key)) ?? (await findEntry(key)));
    }
    const state = outcomes.findLast(isFound);
    return outcomes.map((outcome, index) => {
      const key = asked[index]?.key;
      if (!isFound(outcome) || !state) return outcome;
      return key === undefined || state.keys.includes(key) ? state : keyNotFound(ref, key);
    });
  }

  async #record(
    ctx: CallContext,
    namespace: string,
    parts: readonly ValuesPart[],
    end: ValuesEnd,
  ): Promise<void> {
    const { plane, upstreamIds } = new CallTrace();
    const result = end.error
      ? failedRead(end.error, { plane, upstreamIds })
      : ({ outcome: 'allowed', code: end.code, plane, upstreamIds } as const);
    await Promise.all([
      this.#audit.record(ctx, { action: actionOf(end), namespace }, result),
      ...parts.map((part) => this.#audit.record(part.ctx, part.facts(end), part.result(end))),
    ]);
  }
}

/** Returns the facts that a scope checks: a whole Secret means all its keys. */
function scopedFacts({ namespace, name: secret }: SecretRef, key: string | undefined) {
  const reach = key === undefined ? {} : ({ keys: [key], keysOnly: true } as const);
  return { action: 'secrets.reveal', namespace, secret, ...reach } as const;
}

function isForbidden(outcome: Outcome): boolean {
  return !isFound(outcome) && outcome.code === 'Forbidden';
}

function watchedOf(parts: readonly ValuesPart[]): readonly Watched[] {
  return parts.map(({ ref, asked }) => ({ ref, rights: rightsToAny(ref, asked) }));
}

/** Returns all rights that may allow a lookup. */
function rightsToAny(ref: SecretRef, asked: ValuesPart['asked']): Rights {
  const ofKeys = asked.flatMap(({ key }) =>
    key === undefined ? [] : [readKeyRights(ref, key)[1]],
  );
  return [secretRight('get', ref), ...ofKeys];
}

/** Entry that cannot be returned, by its position. */
interface Failure {
  readonly place: number;
  readonly error: SallyportError;
  readonly reason: string;
}

/** Throws the first failure in the requested order, with the position of each. */
function requireAll(outcomes: readonly Outcome[]): readonly FoundSecret[] {
  const failures = outcomes.flatMap((outcome, place) =>
    isFound(outcome) ? [] : [{ place, error: outcome, reason: outcome.message }],
  );
  throwFirst(failures);
  return outcomes.filter(isFound);
}

function throwFirst(failures: readonly Failure[]): void {
  const [first] = failures;
  if (first === undefined) return;
  const errors = failures.map(({ place, reason }) => ({
    pointer: `/query/secret/${place}`,
    reason,
  }));
  throw withErrors(first.error, first.reason, errors);
}

/** Yields entries in sequence, as they are taken. Throws the first member that is not there. */
async function* shownOf(
  found: readonly FoundSecret[],
  entries: readonly ValuesEntry[],
): AsyncGenerator<ShownEntry> {
  const failures: Failure[] = [];
  for (const [place, secret] of found.entries()) {
    const { key, pointer } = entries[place] ?? {};
    if (key === undefined || pointer === undefined) {
      yield await shownEntry(secret, key);
      continue;
    }
    // A document takes long to parse: others run in between.
    await turn();
    const shown = await shownMember(secret, { key, pointer }).catch(toSallyportError);
    if (shown instanceof SallyportError) {
      failures.push({ place, error: shown, reason: memberReason(secret, { key, pointer }, shown) });
    } else yield shown;
  }
  throwFirst(failures);
}

async function shownEntry(found: FoundSecret, key: string | undefined): Promise<ShownEntry> {
  const { name } = found;
  if (key === undefined) return { name, data: await found.show(secretValues) };
  return { name, data: new Map([[key, await found.show(new KeyValue(key))]]) };
}

async function shownMember(found: FoundSecret, place: DocumentPlace): Promise<ShownEntry> {
  const { value } = await found.show(new KeyMember(place));
  return { name: found.name, data: new Map([[place.key, value]]) };
}
