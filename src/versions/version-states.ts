import { versionRight } from '../access/domain/secret-rights.js';
import type { CallContext } from '../core/call-context.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { planState, type StateChange } from './domain/state-plan.js';
import { toVersionView, type VersionView } from './domain/version-view.js';
import type { History } from './domain/version.js';
import { stored } from './stored.js';
import type { VersionCall } from './version-lookup.js';
import type { VersionDependencies } from './version.dependencies.js';
import {
  type VersionResult,
  type VersionWriteOptions,
  type VersionWrites,
} from './version-writes.js';

/** Deletes, undeletes and destroys versions; never twice, nor the current version. */
export class VersionStates {
  readonly #parts: Pick<VersionDependencies, 'store' | 'clock'>;
  readonly #writes: VersionWrites;

  constructor(parts: Pick<VersionDependencies, 'store' | 'clock'>, writes: VersionWrites) {
    this.#parts = parts;
    this.#writes = writes;
  }

  /** Deletes a version; it can be undeleted. */
  delete(
    ctx: CallContext,
    ref: SecretRef,
    reference: string,
    options: VersionWriteOptions,
  ): Promise<VersionResult> {
    const right = versionRight('delete', ref);
    const write = { action: 'versions.delete', ref, right, request: [reference], options } as const;
    return this.#writes.run(ctx, write, (call, history) =>
      this.#change(call, history, { reference, to: 'deleted', options }),
    );
  }

  undelete(
    ctx: CallContext,
    ref: SecretRef,
    reference: string,
    options: VersionWriteOptions,
  ): Promise<VersionResult> {
    const right = versionRight('create', ref, 'restore');
    const action = 'versions.undelete';
    const write = { action, ref, right, request: [reference], options } as const;
    return this.#writes.run(ctx, write, (call, history) =>
      this.#change(call, history, { reference, to: 'live', options }),
    );
  }

  /** Destroys a version; its content is irrecoverable. */
  destroy(
    ctx: CallContext,
    ref: SecretRef,
    reference: string,
    options: VersionWriteOptions,
  ): Promise<VersionResult> {
    const right = versionRight('create', ref, 'destroy');
    const action = 'versions.destroy';
    const write = { action, ref, right, request: [reference], options } as const;
    return this.#writes.run(ctx, write, (call, history) =>
      this.#change(call, history, { reference, to: 'destroyed', options }),
    );
  }

  async #change(
    call: VersionCall,
    seen: History,
    wanted: {
      readonly reference: string;
      readonly to: StateChange['to'];
      readonly options: VersionWriteOptions;
    },
  ): Promise<VersionView> {
    const { store, clock } = this.#parts;
    const { lookup } = this.#writes;
    const { to } = wanted;
    // An alias keeps its first meaning, whatever it is moved to meanwhile.
    const first = await lookup.version(call, seen, wanted.reference);
    const reference = String(first.version);
    let history = seen;
    for (let attempt = 0; attempt <= limits.replaceRetriesMax; attempt += 1) {
      const row = await lookup.version(call, history, reference);
      const plan = planState(call.ref, row, { to, current: history.currentVersion });
      if (plan === undefined || wanted.options.dryRun) {
        return toVersionView({ ...row, state: plan === undefined ? row.state : to });
      }
      const change = { ...plan, nowMs: clock.nowMs() };
      if (await stored(() => store.setState(history.id, row.version, change))) {
        return toVersionView(await lookup.version(call, history, reference));
      }
      // Another client changed it, or it became current.
      history = (await stored(() => store.history(history))) ?? history;
    }
    throw new SallyportError('Conflict', 'the version is being changed; try again', {
      status: 409,
    });
  }
}
