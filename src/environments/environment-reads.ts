import { CallOutcome, CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { childContext } from '../core/child-context.js';
import { ClientClosed } from '../core/errors/client-closed.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import type { SecretValue } from '../core/secret-value.js';
import { type DocumentPlace, memberReason } from '../secrets/domain/documents/key-document.js';
import { type EntityTags, matchesEntityTags } from '../secrets/domain/etag.js';
import { failedMatch, type ReadPreconditions } from '../secrets/domain/read-preconditions.js';
import type { SecretData, SecretRef } from '../secrets/domain/secret.js';
import type { ShownEntry } from '../secrets/domain/values/values-body.js';
import { gatherShown } from '../secrets/domain/values/values-body.js';
import type { ReadEncoding } from '../secrets/domain/value-map.js';
import type { ReadWait } from '../secrets/read/read-wait.js';
import type { ValuesRead } from '../secrets/read/secret-values.js';
import type { Consistency } from '../secrets/read/secret-source.js';
import type { EnvironmentDependencies } from './environment.dependencies.js';
import {
  type Definitions,
  type DefinitionsCall,
  type EnvironmentDefinitions,
  reachOf,
} from './environment-definitions.js';
import { EnvironmentWaits } from './environment-waits.js';
import type { EnvironmentPlan } from './domain/environment-plan.js';
import { environmentTag, type EnvironmentTags, knownTags } from './domain/environment-tag.js';
import {
  namedError,
  namedErrors,
  namedValues,
  neededEntries,
  type NeededKey,
} from './domain/needed-keys.js';
import { renderEnvironment } from './domain/render-environment.js';

export interface EnvironmentReadOptions extends ReadPreconditions {
  readonly consistency?: Consistency | undefined;
  readonly wait?: ReadWait | undefined;
}

/** Keys as they were read, with validators. */
interface ReadKeys {
  readonly data: SecretData;
  readonly secrets: string | undefined;
  readonly imports: readonly string[];
}

/**
 * Reads of the values of environments, as the caller: each definition and each key is authorised,
 * scoped and recorded like a read of its own, under the event of the call. All values, or none.
 */
export class EnvironmentReads {
  readonly #parts: EnvironmentDependencies;
  readonly #definitions: EnvironmentDefinitions;
  readonly #waits: EnvironmentWaits;

  constructor(parts: EnvironmentDependencies, definitions: EnvironmentDefinitions) {
    this.#parts = parts;
    this.#definitions = definitions;
    this.#waits = new EnvironmentWaits(parts);
  }

  /** Returns what `render` makes of all values. Throws as the read of a key does, and Invalid. */
  values<T>(
    ctx: CallContext,
    ref: SecretRef,
    options: EnvironmentReadOptions & { readonly encoding?: ReadEncoding | undefined },
    render: (entries: readonly ShownEntry[]) => T,
  ): Promise<ValuesRead<T>> {
    return this.#read(ctx, ref, { options, only: undefined }, async (data) => {
      const shown = [{ name: ref.name, data }];
      return render(await gatherShown(shown, options.encoding, ctx.chargeAnswer));
    });
  }

  /** Returns one value; reads only the keys that it needs. Throws NotFound if it is not defined. */
  value(
    ctx: CallContext,
    ref: SecretRef,
    name: string,
    options: EnvironmentReadOptions,
  ): Promise<ValuesRead<SecretValue>> {
    return this.#read(ctx, ref, { options, only: name }, async (data) => {
      const value = data.get(name);
      if (value === undefined) throw new SallyportError('NotFound', `"${name}" has no value`);
      return value;
    });
  }

  #read<T>(
    ctx: CallContext,
    ref: SecretRef,
    {
      options,
      only,
    }: { readonly options: EnvironmentReadOptions; readonly only: string | undefined },
    render: (data: SecretData) => Promise<T>,
  ): Promise<ValuesRead<T>> {
    const { calls, served } = this.#parts;
    const { namespace, name: secret } = ref;
    const facts = { action: 'environments.reveal', namespace, secret, ...reachOf(only) } as const;
    return calls.read<ValuesRead<T>>(ctx, facts, async (trace) => {
      served.requireReachable(namespace);
      const { plan, tags } = await this.#changed({ ctx, trace, only }, ref, options);
      ctx.charge?.(plan.secrets.size + plan.imports.size);
      const keys = await this.#keys(ctx, namespace, plan, options);
      const seen = matchedTag(options, { definitions: tags, ...keys });
      if (options.ifNoneMatch !== undefined && matchesEntityTags(options.ifNoneMatch, seen)) {
        const read = { etag: seen, content: undefined };
        return new CallOutcome(read, { action: 'environments.check', success: 'notModified' });
      }
      const whole = await this.#whole(ctx, namespace, plan, { keys, options });
      // A second read may have found other values.
      const etag = matchedTag(options, { definitions: tags, ...whole });
      const content = await render(renderEnvironment(plan, whole.data));
      return new CallOutcome({ etag, content }, { keys: [...plan.shown] });
    });
  }

  /** Returns the definitions, after a wait if the caller asks for one. */
  async #changed(
    call: DefinitionsCall,
    ref: SecretRef,
    { wait, ...options }: EnvironmentReadOptions,
  ): Promise<Definitions> {
    const { ctx, trace, only } = call;
    const definitions = await this.#definitions.load(call, ref);
    if (wait === undefined) return definitions;
    const { namespace } = ref;
    // Loads of a wait are counted by its quota, not as requests.
    const looking = { ctx: withoutCharge(ctx), trace: new CallTrace(), only };
    const load = () => this.#definitions.load(looking, ref);
    const waited = { namespace, ...definitions, load };
    try {
      await this.#waits.untilChanged(ctx, waited, { ...options, wait });
    } catch (error) {
      // The caller already has what was found until then.
      if (error instanceof ClientClosed) trace.note({ action: 'environments.check' });
      throw error;
    }
    return this.#definitions.load(call, ref);
  }

  /** Reads all keys, but not those that the caller has. */
  async #keys(
    ctx: CallContext,
    namespace: string,
    plan: EnvironmentPlan,
    options: EnvironmentReadOptions,
  ): Promise<ReadKeys> {
    const known = knownTags(options.ifNoneMatch, plan.imports.size);
    const { consistency } = options;
    const secrets = await this.#secrets(ctx, namespace, plan, {
      consistency,
      ...(known.secrets.length > 0 && { ifNoneMatch: known.secrets }),
    });
    const data = new Map(secrets.data);
    const tags: string[] = [];
    for (const [index, [name, needed]] of [...plan.imports].entries()) {
      const conditions = { consistency, ifNoneMatch: known.imports[index] ?? [] };
      const read = await this.#import(ctx, namespace, [name, needed], conditions);
      tags.push(read.etag);
      if (read.content !== undefined) data.set(name, read.content);
    }
    return { data, secrets: secrets.etag, imports: tags };
  }

  /** Reads again what was left out because the caller had it, if something else has changed. */
  #whole(
    ctx: CallContext,
    namespace: string,
    plan: EnvironmentPlan,
    { keys, options }: { readonly keys: ReadKeys; readonly options: EnvironmentReadOptions },
  ): Promise<ReadKeys> | ReadKeys {
    const wanted = [...plan.secrets.keys(), ...plan.imports.keys()];
    if (wanted.every((name) => keys.data.has(name))) return keys;
    ctx.charge?.(wanted.length);
    return this.#keys(ctx, namespace, plan, { consistency: options.consistency });
  }

  async #secrets(
    ctx: CallContext,
    namespace: string,
    { secrets }: EnvironmentPlan,
    options: EnvironmentReadOptions & { readonly ifNoneMatch?: EntityTags },
  ): Promise<{ readonly data: SecretData; readonly etag: string | undefined }> {
    if (secrets.size === 0) return { data: new Map(), etag: undefined };
    const needed = neededEntries(secrets);
    const entries = needed.map(({ entry }) => entry);
    const { content = [], etag } = await this.#parts.secrets.values
      .read(childContext(ctx), { namespace, entries }, options, (shown) => shown)
      .catch((error: unknown) => {
        throw namedErrors(error, needed);
      });
    return { data: namedValues(needed, content), etag };
  }

  #import(
    ctx: CallContext,
    namespace: string,
    [name, { name: imported, key, pointer }]: readonly [string, NeededKey],
    { consistency, ifNoneMatch }: EnvironmentReadOptions,
  ): Promise<ValuesRead<SecretValue>> {
    const isKnown = ifNoneMatch !== undefined && ifNoneMatch.length > 0;
    const options = { consistency, ...(isKnown && { ifNoneMatch }) };
    const ref = { namespace, name: imported };
    const { reads } = this.#parts.shares;
    if (pointer === undefined) {
      return reads.key(childContext(ctx), ref, key, options).catch((error: unknown) => {
        throw isNamed(error) ? namedError(error, name, error.message) : error;
      });
    }
    const place = { key, pointer };
    return reads.member(childContext(ctx), ref, place, options).catch((error: unknown) => {
      throw ofImport(error, { name, imported, place });
    });
  }
}

/** Reports whether a failure gets the name of the value; a client that has left gets no answer. */
function isNamed(error: unknown): error is SallyportError {
  return error instanceof SallyportError && !(error instanceof ClientClosed);
}

/** Returns a failure to read a member of an import with the name of the value. */
function ofImport(
  error: unknown,
  of: { readonly name: string; readonly imported: string; readonly place: DocumentPlace },
): unknown {
  if (!isNamed(error)) return error;
  const owner = { name: of.imported, resource: 'secretimports' } as const;
  return namedError(error, of.name, memberReason(owner, of.place, error));
}

/** Returns the validator of what was read. Throws 412 if the caller named another state. */
function matchedTag({ ifMatch }: ReadPreconditions, tags: EnvironmentTags): string {
  const etag = environmentTag(tags);
  if (ifMatch !== undefined && !matchesEntityTags(ifMatch, etag)) throw failedMatch();
  return etag;
}

/** Returns a caller whose further loads do not count as requests. */
function withoutCharge({ charge: _charge, ...ctx }: CallContext): CallContext {
  return ctx;
}
