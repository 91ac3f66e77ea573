import { requireInScope } from '../access/domain/scope-refusal.js';
import { CallOutcome, type CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { childContext } from '../core/child-context.js';
import { invalid, SallyportError } from '../core/errors/sallyport-error.js';
import type { SecretValue } from '../core/secret-value.js';
import { specTag } from '../custom-resources/domain/custom-resource.js';
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
import { type EnvironmentPlan, planEnvironment } from './domain/environment-plan.js';
import { type EnvironmentSpec, environmentSpecSchema } from './domain/environment-spec.js';
import { environmentTag, type EnvironmentTags, knownTags } from './domain/environment-tag.js';
import { environmentView } from './domain/environment-view.js';
import { mergeEnvironments } from './domain/merge-environments.js';
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

interface Definitions {
  readonly plan: EnvironmentPlan;
  /** Validators of the definitions, in the order of their use. */
  readonly tags: readonly string[];
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

  constructor(parts: EnvironmentDependencies) {
    this.#parts = parts;
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
      const { plan, tags } = await this.#definitions(ctx, trace, ref, only);
      ctx.charge?.(plan.secrets.size + plan.imports.size);
      if (options.wait && plan.secrets.size === 0) throw nothingToWaitFor();
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

  /**
   * Loads the definition and all that it imports, each as the caller, and plans the read. Each
   * import counts as a request before its load, also if a later one ends the read.
   */
  async #definitions(
    ctx: CallContext,
    trace: CallTrace,
    { namespace, name }: SecretRef,
    only: string | undefined,
  ): Promise<Definitions> {
    const tags: string[] = [];
    const load = async (one: string): Promise<EnvironmentSpec> => {
      const facts = { action: 'environments.reveal', namespace, secret: one } as const;
      requireInScope(ctx, { ...facts, ...reachOf(only) });
      if (one !== name) ctx.charge?.(1);
      const call = { ctx, as: 'caller', trace } as const;
      const object = await this.#parts.environments.get(call, { namespace, name: one });
      tags.push(specTag(object));
      const { data: spec } = environmentSpecSchema.safeParse(object.spec);
      if (spec !== undefined) return spec;
      throw invalid(environmentView(object).problems, `environment "${one}" breaks a rule`);
    };
    const values = await mergeEnvironments(name, load);
    return { plan: planEnvironment(values, only), tags };
  }

  /** Reads all keys, but not those that the caller has. */
  async #keys(
    ctx: CallContext,
    namespace: string,
    plan: EnvironmentPlan,
    options: EnvironmentReadOptions,
  ): Promise<ReadKeys> {
    const known = knownTags(options.ifNoneMatch, plan.imports.size);
    const { consistency, wait } = options;
    const secrets = await this.#secrets(ctx, namespace, plan, {
      consistency,
      ...(known.secrets.length > 0 && { ifNoneMatch: known.secrets }),
      ...(wait && known.secrets.length > 0 && { wait }),
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
    if (pointer === undefined) return reads.key(childContext(ctx), ref, key, options);
    const place = { key, pointer };
    return reads.member(childContext(ctx), ref, place, options).catch((error: unknown) => {
      throw ofImport(error, { name, imported, place });
    });
  }
}

/** Returns what a read is about: one value, or all. */
function reachOf(only: string | undefined) {
  return only === undefined ? {} : ({ keys: [only], keysOnly: true } as const);
}

/** Returns a failure to read a member of an import with the name of the value. */
function ofImport(
  error: unknown,
  of: { readonly name: string; readonly imported: string; readonly place: DocumentPlace },
): unknown {
  if (!(error instanceof SallyportError)) return error;
  const owner = { name: of.imported, resource: 'secretimports' } as const;
  return namedError(error, of.name, memberReason(owner, of.place, error));
}

/** Returns the validator of what was read. Throws 412 if the caller named another state. */
function matchedTag({ ifMatch }: ReadPreconditions, tags: EnvironmentTags): string {
  const etag = environmentTag(tags);
  if (ifMatch !== undefined && !matchesEntityTags(ifMatch, etag)) throw failedMatch();
  return etag;
}

function nothingToWaitFor(): SallyportError {
  const reason = 'the environment has no key of a Secret to wait for';
  return invalid([{ pointer: '/query/waitSeconds', reason }], reason);
}
