import { CallOutcome } from '../calls/domain/call-trace.js';
import type { AuditAction } from '../audit/domain/audit-event.js';
import type { ResourceRequest } from '../access/access.service.js';
import type { CallContext } from '../core/call-context.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { successStatus } from '../core/success-status.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { notCurrent } from './domain/version-refusals.js';
import type { VersionView } from './domain/version-view.js';
import type { History } from './domain/version.js';
import { type VersionCall, VersionLookup } from './version-lookup.js';
import type { VersionDependencies } from './version.dependencies.js';

export interface VersionWriteOptions {
  readonly dryRun: boolean;
  readonly idempotencyKey?: string | undefined;
  /** State of the live Secret that the caller has seen. */
  readonly resourceVersion?: string | undefined;
}

/** Result of a write on versions. */
export interface VersionResult {
  readonly view: VersionView;
  /** Why the caller gets only number and state; undefined if the caller may see all. */
  readonly denial: SallyportError | undefined;
}

interface VersionWrite {
  readonly action: AuditAction;
  readonly ref: SecretRef;
  readonly right: ResourceRequest;
  /** Everything that makes two requests equal. */
  readonly request: readonly string[];
  readonly options: VersionWriteOptions;
}

/** Write on a history: authorized, recorded, and done once for an Idempotency-Key. */
export class VersionWrites {
  readonly #parts: VersionDependencies;
  readonly lookup: VersionLookup;

  constructor(parts: VersionDependencies) {
    this.#parts = parts;
    this.lookup = new VersionLookup(parts);
  }

  run(
    ctx: CallContext,
    write: VersionWrite,
    effect: (call: VersionCall, history: History) => Promise<VersionView>,
  ): Promise<VersionResult> {
    const { action, ref, right, options } = write;
    const { namespace, name: secret } = ref;
    const dryRun = options.dryRun ? ({ dryRun: true } as const) : {};
    return this.#parts.calls.write(ctx, { action, namespace, secret, ...dryRun }, async (trace) => {
      const call = this.lookup.callOf(ctx, trace, ref);
      // Check before the lookup of a repeated request: the right may be lost.
      await this.lookup.authorise(call, [right]);
      const view = await this.#once(ctx, write, async () => {
        const history = await this.lookup.history(call, [right]);
        refuseStale(history, options);
        return effect(call, history);
      });
      const result = { view, denial: await this.#denialOf(call) };
      return new CallOutcome(result, { version: view.version });
    });
  }

  async #once(
    ctx: CallContext,
    { action, ref, request, options }: VersionWrite,
    effect: () => Promise<VersionView>,
  ): Promise<VersionView> {
    const { idempotencyKey, ...rest } = options;
    if (idempotencyKey === undefined) return effect();
    const { namespace, name } = ref;
    const outcome = await this.#parts.idempotency.run(ctx, {
      route: `${ctx.door} ${action}`,
      key: idempotencyKey,
      fingerprintInput: JSON.stringify([namespace, name, request, rest]),
      effect: async () => ({ status: successStatus.ok, body: { ...(await effect()) } }),
    });
    return outcome.body as unknown as VersionView; // stored by the effect above, nobody else
  }

  /** Returns the denial of the view, without errors: a completed write must not fail. */
  async #denialOf(call: VersionCall): Promise<SallyportError | undefined> {
    const maySee = await this.lookup.maySee(call).catch(() => false);
    if (maySee) return undefined;
    return new SallyportError('Forbidden', 'it is done; more than its state you may not see');
  }
}

function refuseStale(history: History, { resourceVersion }: VersionWriteOptions): void {
  if (resourceVersion === undefined || resourceVersion === history.resourceVersion) return;
  throw notCurrent({ current: history.currentVersion, expected: undefined }, 409);
}
