import { setTimeout as pause } from 'node:timers/promises';
import type { CallContext } from '../core/call-context.js';
import type { Clock } from '../core/clock.js';
import { environmentLimits } from '../core/environment-limits.js';
import { toSallyportError } from '../core/errors/sallyport-error.js';
import { matchesEntityTags } from '../secrets/domain/etag.js';
import type { ReadPreconditions } from '../secrets/domain/read-preconditions.js';
import type { ReadWait, Watchable } from '../secrets/read/read-wait.js';
import type { Consistency } from '../secrets/read/secret-source.js';
import type { EnvironmentDependencies } from './environment.dependencies.js';
import type { Definitions } from './environment-definitions.js';
import type { EnvironmentPlan } from './domain/environment-plan.js';
import { environmentTag } from './domain/environment-tag.js';
import { type NeededKey, neededEntries } from './domain/needed-keys.js';

interface WaitOptions extends ReadPreconditions {
  readonly wait: ReadWait;
  readonly consistency?: Consistency | undefined;
}

/** Definitions at the beginning of a wait, and the load of later ones. */
interface Waited extends Definitions {
  readonly namespace: string;
  readonly load: () => Promise<Definitions>;
}

/** Waits until an environment has other values than the caller has. */
export class EnvironmentWaits {
  readonly #parts: EnvironmentDependencies;

  constructor(parts: EnvironmentDependencies) {
    this.#parts = parts;
  }

  /**
   * Ends at a change of a Secret, of an import or of a definition, if a part cannot be read, or at
   * the end of the time. Releases and records nothing; the read of the caller does. Throws what
   * ends a wait: Unauthenticated, Unavailable, ClientClosed, TooManyRequests.
   */
  async untilChanged(ctx: CallContext, waited: Waited, options: WaitOptions): Promise<void> {
    const { wait, consistency, ifMatch = '*', ifNoneMatch = [] } = options;
    const { namespace, plan } = waited;
    const secrets = this.#secrets(ctx, namespace, plan, consistency);
    // The read that follows fails in the same way, with a record.
    const imports = await this.#imports(ctx, namespace, plan, consistency).catch(() => undefined);
    if (imports === undefined) return;
    const definitions = new LoadedDefinitions(waited, this.#parts.clock);
    const find = async () => {
      // Each import is looked at once, however many keys of it are read.
      const tags = new Map<string, string>();
      for (const [name, { tag }] of imports) tags.set(name, await tag());
      return environmentTag({
        definitions: await definitions.tags(),
        secrets: await secrets?.tag(),
        imports: [...plan.imports.values()].map(({ name }) => tags.get(name) ?? ''),
      });
    };
    const parts = [...(secrets ? [secrets] : []), ...imports.values()];
    await wait.through(ctx, {
      watched: parts.flatMap(({ watched }) => watched),
      lookedUp: waited.loadCount,
      readsAfter: true,
      changed: (signal) => changeOf(parts, definitions, signal),
      find: () => find().catch(toSallyportError),
      isSame: (tag) =>
        typeof tag === 'string' &&
        matchesEntityTags(ifNoneMatch, tag) &&
        matchesEntityTags(ifMatch, tag),
    });
  }

  #secrets(
    ctx: CallContext,
    namespace: string,
    { secrets }: EnvironmentPlan,
    consistency: Consistency | undefined,
  ): Watchable | undefined {
    if (secrets.size === 0) return undefined;
    const entries = neededEntries(secrets).map(({ entry }) => entry);
    return this.#parts.secrets.values.watchable(ctx, { namespace, entries }, { consistency });
  }

  /** Returns each import once, with all keys of it that the read needs. */
  async #imports(
    ctx: CallContext,
    namespace: string,
    { imports }: EnvironmentPlan,
    consistency: Consistency | undefined,
  ): Promise<ReadonlyMap<string, Watchable>> {
    const watchables = new Map<string, Watchable>();
    for (const [name, needed] of Map.groupBy(imports.values(), nameOf)) {
      const keys = [...new Set(needed.map(({ key }) => key))];
      const watched = { ref: { namespace, name }, keys, consistency };
      watchables.set(name, await this.#parts.shares.lookups.watchable(ctx, watched));
    }
    return watchables;
  }
}

/** Definitions of a wait. They are not watched, but loaded again from time to time. */
class LoadedDefinitions {
  readonly #load: () => Promise<Definitions>;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  #tags: readonly string[];
  #loadedAtMs: number;

  constructor({ tags, load }: Waited, clock: Pick<Clock, 'monotonicMs'>) {
    this.#load = load;
    this.#clock = clock;
    this.#tags = tags;
    this.#loadedAtMs = clock.monotonicMs();
  }

  /** Returns the milliseconds until the next load. */
  get dueMs(): number {
    const ageMs = this.#clock.monotonicMs() - this.#loadedAtMs;
    return Math.max(0, environmentLimits.definitionsLookMs - ageMs);
  }

  /** Returns the validators. Throws what a read of a definition throws. */
  async tags(): Promise<readonly string[]> {
    if (this.dueMs === 0) {
      this.#loadedAtMs = this.#clock.monotonicMs();
      this.#tags = (await this.#load()).tags;
    }
    return this.#tags;
  }
}

function nameOf({ name }: NeededKey): string {
  return name;
}

/** Resolves at a change of an import, or when the definitions are due. */
async function changeOf(
  parts: readonly Watchable[],
  { dueMs }: LoadedDefinitions,
  signal: AbortSignal,
): Promise<void> {
  const changes = parts.flatMap(({ changed }) => (changed === undefined ? [] : [changed(signal)]));
  // Not before they are due: timers can be early by a millisecond.
  const due = pause(Math.ceil(dueMs) + 1, undefined, { signal, ref: false });
  await Promise.race([...changes, due.catch(() => undefined)]);
}
