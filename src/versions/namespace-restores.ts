import { versionRight } from '../access/domain/secret-rights.js';
import type { CallContext } from '../core/call-context.js';
import { childContext } from '../core/child-context.js';
import { invalid, invalidAt, toSallyportError } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { type LabelSelector, parseLabelSelector } from '../secrets/domain/label-selector.js';
import type { SecretsService } from '../secrets/secrets.service.js';
import { type PlannedRestore, planSecret } from './domain/namespace-plan.js';
import type { History, VersionMetadata } from './domain/version.js';
import { stored } from './stored.js';
import { VersionLookup } from './version-lookup.js';
import type { VersionDependencies } from './version.dependencies.js';

export interface NamespaceRestoreRequest {
  readonly atMs: number;
  readonly labelSelector?: string | undefined;
}

export interface NamespaceRestoreOptions {
  /** Whether to return only a plan. */
  readonly dryRun: boolean;
  readonly idempotencyKey?: string | undefined;
}

interface Wanted {
  readonly atMs: number;
  readonly labels: LabelSelector;
}

/** Restores the Secrets of a namespace to a time: all that existed then, each separately. */
export class NamespaceRestores {
  readonly #parts: VersionDependencies;
  readonly #secrets: Pick<SecretsService, 'restore'>;
  readonly #lookup: VersionLookup;

  constructor(parts: VersionDependencies, secrets: Pick<SecretsService, 'restore'>) {
    this.#parts = parts;
    this.#secrets = secrets;
    this.#lookup = new VersionLookup(parts);
  }

  /** Returns the plan or its outcome, by name. */
  restore(
    ctx: CallContext,
    namespace: string,
    request: NamespaceRestoreRequest,
    options: NamespaceRestoreOptions,
  ): Promise<readonly PlannedRestore[]> {
    const { dryRun } = options;
    const facts = { action: 'versions.restore', namespace, ...(dryRun ? { dryRun } : {}) } as const;
    return this.#parts.calls.write(ctx, facts, async (trace) => {
      const call = this.#lookup.callOf(ctx, trace, { namespace, name: '' });
      await this.#lookup.authorise(call, [versionRight('create', call.ref, 'restore')]);
      const wanted = this.#parsed(request);
      return this.#once(ctx, { namespace, request, options }, async () => {
        const uid = await this.#lookup.namespaceUid(call, { isFresh: true });
        const plan = uid === undefined ? [] : await this.#planned(uid, wanted);
        return this.#carriedOut(ctx, namespace, plan, dryRun);
      });
    });
  }

  #parsed({ atMs, labelSelector = '' }: NamespaceRestoreRequest): Wanted {
    if (atMs > this.#parts.clock.nowMs()) throw invalidAt('/at', 'is in the future');
    return { atMs, labels: parseLabelSelector(labelSelector) };
  }

  async #planned(uid: string, wanted: Wanted): Promise<readonly PlannedRestore[]> {
    const planned: PlannedRestore[] = [];
    const { store } = this.#parts;
    const size = limits.listItemsMax;
    for (let after = ''; ;) {
      const from = after;
      const page = await stored(() => store.all(uid, from, size));
      for (const history of page) {
        const one = await this.#plannedOf(history, wanted);
        if (one) planned.push(one);
        if (planned.length > limits.namespaceRestoreSecretsMax) throw tooMany();
      }
      const last = page.at(-1);
      if (last === undefined || page.length < size) return planned;
      after = last.name;
    }
  }

  /** Plans; undefined if its labels at the time are not selected. */
  async #plannedOf(
    history: History,
    { atMs, labels }: Wanted,
  ): Promise<PlannedRestore | undefined> {
    const { store } = this.#parts;
    const version = await stored(() => store.currentAt(history.id, atMs));
    const then = version === undefined ? undefined : await this.#rowOf(history, version);
    const looked = then ?? (await this.#rowOf(history, history.lastVersion));
    if (!labels.matches(looked?.labels ?? {})) return undefined;
    return planSecret(history, then, { atMs, allowRetired: false });
  }

  /** Returns the newest up to a number, without sealed content, unlike `get`. */
  async #rowOf({ id }: History, version: number): Promise<VersionMetadata | undefined> {
    const page = await stored(() => this.#parts.store.list(id, version + 1, 1));
    return page.items[0];
  }

  async #carriedOut(
    ctx: CallContext,
    namespace: string,
    plan: readonly PlannedRestore[],
    dryRun: boolean,
  ): Promise<readonly PlannedRestore[]> {
    ctx.charge?.(plan.filter(isRestored).length - 1);
    const done: PlannedRestore[] = [];
    const step = limits.namespaceRestoresAtOnceMax;
    for (let start = 0; start < plan.length; start += step) {
      const batch = plan.slice(start, start + step);
      const restores = batch.map((one) => this.#restored(ctx, namespace, one, dryRun));
      done.push(...(await Promise.all(restores)));
    }
    return done;
  }

  /** Restores Secrets; a failure stops no others. A dry run takes all steps of a real one. */
  async #restored(
    ctx: CallContext,
    namespace: string,
    planned: PlannedRestore,
    dryRun: boolean,
  ): Promise<PlannedRestore> {
    const { name, toVersion } = planned;
    if (!isRestored(planned)) return planned;
    const ref = { namespace, name };
    const options = { dryRun, allowRetired: false };
    try {
      await this.#secrets.restore(childContext(ctx), ref, String(toVersion), options);
      return planned;
    } catch (error) {
      return { ...planned, error: toSallyportError(error).message };
    }
  }

  async #once(
    ctx: CallContext,
    call: {
      readonly namespace: string;
      readonly request: NamespaceRestoreRequest;
      readonly options: NamespaceRestoreOptions;
    },
    effect: () => Promise<readonly PlannedRestore[]>,
  ): Promise<readonly PlannedRestore[]> {
    const { idempotencyKey, dryRun } = call.options;
    if (idempotencyKey === undefined) return effect();
    const { body } = await this.#parts.idempotency.run(ctx, {
      route: `${ctx.door} POST namespace restore`,
      key: idempotencyKey,
      fingerprintInput: JSON.stringify([call.namespace, call.request, dryRun]),
      effect: async () => ({ status: 200, body: { items: await effect() } }),
    });
    return (body as { readonly items: readonly PlannedRestore[] }).items; // stored just above
  }
}

/** Reports whether anything is to be done about one. */
function isRestored({ action, toVersion }: PlannedRestore): boolean {
  return action !== 'none' && toVersion !== null;
}

function tooMany() {
  const max = limits.namespaceRestoreSecretsMax;
  return invalid([], `more than ${max} Secrets at once: narrow it by labelSelector`);
}
