import { successStatus } from '../core/success-status.js';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { rotationRight } from '../access/domain/secret-rights.js';
import { CallOutcome } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { invalidAt, SallyportError } from '../core/errors/sallyport-error.js';
import type { Page } from '../core/page.js';
import { rotationLimits } from '../core/rotation-limits.js';
import { StreamQuota } from '../core/stream-quota.js';
import { endOfWait, type RequestLifetime } from '../platform/http/request-lifetimes.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { beginRun, changeRecord } from './begin-run.js';
import { parseDuration } from './domain/duration.js';
import { hasEnded, type RotationRun } from './domain/rotation-run.js';
import { runIdFor } from './domain/run-id.js';
import { cursorAfterRun, runOfCursor } from './domain/run-cursor.js';
import { type RunView, toRunView } from './domain/run-view.js';
import { authorise, callOf, type RotationCall, secretOf } from './rotation-call.js';
import type { RotationDependencies } from './rotation.dependencies.js';

export interface StartRequest {
  readonly reason?: string | undefined;
  /** Duration such as `0s`, which replaces the policy's duration. */
  readonly retireAfter?: string | undefined;
}

/** How long to wait for the end of a run, and which lifetime limits the wait. */
export interface RunWait {
  readonly waitSeconds?: number | undefined;
  readonly term?: Pick<RequestLifetime, 'signal' | 'reason'>;
}

const RETIRE_AFTER_MS_MAX = 30 * 24 * 3_600_000;

/** Service of rotation runs. */
export class RotationRunService {
  readonly #parts: RotationDependencies;
  /** Waiting requests: each reads its run repeatedly. */
  readonly #waits = new StreamQuota({
    what: 'waits for runs',
    inAllMax: rotationLimits.waitsMax,
    ofUserMax: rotationLimits.waitsPerUserMax,
    ofAddressMax: rotationLimits.waitsPerAddressMax,
  });

  constructor(parts: RotationDependencies) {
    this.#parts = parts;
  }

  /** Returns the number of requests that wait for the end of a run now. */
  get waiting(): number {
    return this.#waits.taken;
  }

  /** Begins a run. Throws Conflict with `runId` while another is active, NotFound, Invalid. */
  start(
    ctx: CallContext,
    ref: SecretRef,
    request: StartRequest,
    { idempotencyKey }: { readonly idempotencyKey?: string | undefined },
  ): Promise<RunView> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'rotations.run', namespace, secret } as const;
    return this.#parts.calls.write(ctx, facts, async (trace) => {
      const call = callOf(this.#parts, ctx, trace, ref);
      await authorise(this.#parts, call, rotationRight('create', ref, 'run'));
      if (idempotencyKey === undefined) {
        return accepted(await this.#start(call, request, randomUUID()));
      }
      // An equal key means the same run, however often its response is lost.
      const meaning = [ctx.principal.credentialId, namespace, secret, idempotencyKey];
      const id = runIdFor(JSON.stringify(meaning));
      const outcome = await this.#parts.idempotency.run(ctx, {
        route: `${ctx.door} POST rotation runs`,
        key: idempotencyKey,
        fingerprintInput: JSON.stringify([namespace, secret, request]),
        effect: async () => ({
          status: successStatus.accepted,
          body: { ...(await this.#start(call, request, id)) },
        }),
      });
      return accepted(outcome.body as unknown as RunView); // stored by the effect above
    });
  }

  /** Lists the newest first. */
  list(
    ctx: CallContext,
    ref: SecretRef,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<RunView>> {
    const before = cursor === undefined ? undefined : runOfCursor(cursor);
    return this.#read(ctx, ref, async (call) => {
      const secret = await secretOf(this.#parts, call.ref);
      if (before !== undefined && (await this.#parts.store.find(secret, before)) === undefined) {
        throw new SallyportError('Expired', 'the position is too old; start again');
      }
      const page = { limit: limit + 1, ...(before !== undefined && { before }) };
      const runs = await this.#parts.store.list(secret, page);
      const items = runs.slice(0, limit).map(toRunView);
      const last = items.at(-1);
      if (runs.length <= limit || last === undefined) return { items };
      return { items, continue: cursorAfterRun(last.id) };
    });
  }

  /**
   * Returns a run; `wait`: waits for its end. Throws NotFound, TooManyRequests if too many requests
   * wait, and errors of `endOfWait`.
   */
  async get(ctx: CallContext, ref: SecretRef, id: string, wait: RunWait = {}): Promise<RunView> {
    const place = (wait.waitSeconds ?? 0) > 0 ? this.#waits.take(ctx) : undefined;
    try {
      return await this.#get(ctx, ref, id, wait);
    } finally {
      place?.release();
    }
  }

  #get(ctx: CallContext, ref: SecretRef, id: string, wait: RunWait): Promise<RunView> {
    const { waitSeconds = 0, term } = wait;
    return this.#read(ctx, ref, async (call) => {
      const untilMs = performance.now() + waitSeconds * 1_000;
      let run = await this.#find(call, id);
      while (!hasEnded(run) && performance.now() < untilMs && ctx.signal?.aborted !== true) {
        const options = term === undefined ? {} : { signal: term.signal };
        await pause(rotationLimits.waitEveryMs, undefined, options).catch(() => undefined);
        if (term?.signal.aborted) throw endOfWait(term.reason());
        run = await this.#find(call, id);
      }
      // A right that was lost meanwhile ends the wait.
      if (waitSeconds > 0) await authorise(this.#parts, call, rotationRight('get', ref));
      return toRunView(run);
    });
  }

  /** Cancels until its values are published. Throws Conflict afterwards. */
  cancel(ctx: CallContext, ref: SecretRef, id: string): Promise<RunView> {
    return this.#wish(ctx, ref, id, 'cancel');
  }

  /** Ends the grace period now. Throws Conflict before it began. */
  retire(ctx: CallContext, ref: SecretRef, id: string): Promise<RunView> {
    return this.#wish(ctx, ref, id, 'retire');
  }

  #wish(ctx: CallContext, ref: SecretRef, id: string, wish: 'cancel' | 'retire'): Promise<RunView> {
    const { namespace, name: secret } = ref;
    const action = `rotations.${wish}` as const;
    return this.#parts.calls.write(ctx, { action, namespace, secret }, async (trace) => {
      const call = callOf(this.#parts, ctx, trace, ref);
      await authorise(this.#parts, call, rotationRight('create', ref, 'run'));
      const run = await this.#find(call, id);
      const isAsked = run.wish === wish;
      if (!isAsked) refuseLate(run, wish);
      const facts = { action, namespace, secret } as const;
      if (!isAsked && !(await this.#parts.store.wish(run, wish, changeRecord(call, facts, run)))) {
        refuseLate(await this.#find(call, id), wish);
      }
      this.#parts.engine.nudge();
      return accepted(toRunView(await this.#find(call, id)));
    });
  }

  async #start(call: RotationCall, request: StartRequest, id: string): Promise<RunView> {
    const { ctx } = call;
    await beginRun(this.#parts, call, {
      id,
      requestedBy: ctx.principal.username,
      reason: request.reason ?? ctx.changeReason ?? null,
      retireAfterMs: retireAfterMs(request),
    });
    return toRunView(await this.#find(call, id));
  }

  #read<T>(ctx: CallContext, ref: SecretRef, effect: (call: RotationCall) => Promise<T>) {
    const { namespace, name: secret } = ref;
    const facts = { action: 'rotations.get', namespace, secret } as const;
    return this.#parts.calls.read(ctx, facts, async (trace) => {
      const call = callOf(this.#parts, ctx, trace, ref);
      await authorise(this.#parts, call, rotationRight('get', ref));
      return effect(call);
    });
  }

  async #find({ ref }: RotationCall, id: string): Promise<RotationRun> {
    const run = await this.#parts.store.find(await secretOf(this.#parts, ref), id);
    if (run !== undefined) return run;
    throw new SallyportError('NotFound', 'the rotation of the Secret has no such run');
  }
}

/** Returns the outcome: the run goes on, or ends, after the response. */
function accepted(view: RunView): CallOutcome<RunView> {
  return new CallOutcome(view, { success: 'accepted' });
}

function refuseLate(run: RotationRun, wish: 'cancel' | 'retire'): void {
  const { id: runId, state, step } = run;
  const isPublished = step === 'finish' || step === 'retire';
  const message = hasEnded(run)
    ? `the run has ended: ${state}`
    : wish === 'cancel' && isPublished
      ? 'the new values are published: a cancel would take them from those who have them'
      : wish === 'retire' && step !== 'retire'
        ? `nothing can be retired yet: the run is at ${step}`
        : undefined;
  if (message === undefined) return;
  throw new SallyportError('Conflict', message, { status: 409, members: { runId } });
}

function retireAfterMs({ retireAfter }: StartRequest): number | undefined {
  if (retireAfter === undefined) return undefined;
  const ms = parseDuration(retireAfter);
  if (ms !== undefined && ms <= RETIRE_AFTER_MS_MAX) return ms;
  throw invalidAt('/retireAfter', 'not a duration of at most 30d, such as 0s, 15m or 1h');
}
