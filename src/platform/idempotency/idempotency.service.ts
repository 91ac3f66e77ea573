import { randomUUID } from 'node:crypto';
import type { CallContext } from '../../core/call-context.js';
import type { Clock } from '../../core/clock.js';
import { invalid, SallyportError, unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { checkedIdempotencyKey } from './domain/idempotency-key.js';
import type {
  IdempotencyRecord,
  IdempotencySlot,
  IdempotentAnswer,
} from './domain/idempotency-record.js';
import { type BeginPlan, type BeginSituation, planBegin } from './domain/plan-begin.js';
import type { FingerprintKey } from './fingerprint-key.js';
import type { IdempotencyStore } from './idempotency.store.js';
import type { Database } from '../storage/database.js';

export interface IdempotentRun {
  /** The route as one text, e.g. `PUT /v1/namespaces/{namespace}/secrets/{name}`. */
  readonly route: string;
  readonly key: string;
  /** Canonical bytes of everything that identifies the request: path, preconditions, body. */
  readonly fingerprintInput: Uint8Array | string;
  /** `afterUnknown`: an earlier run may have taken effect, so check before you redo it. */
  readonly effect: (info: { readonly afterUnknown: boolean }) => Promise<IdempotentAnswer>;
}

export type IdempotentOutcome = IdempotentAnswer & { readonly isReplay: boolean };

const RECORDS_PER_CREDENTIAL_MAX = 10_000;
const PURGED_AT_ONCE = 100;

/** Runner of keyed writes: each runs once, and a repetition gets the first run's response. */
export class IdempotencyService {
  readonly #store: IdempotencyStore;
  readonly #key: FingerprintKey;
  readonly #clock: Clock;
  readonly #writers: Database['writers'];
  readonly #bootId = randomUUID();
  /** Fingerprints of active runs, by slot. */
  readonly #running = new Map<string, Uint8Array>();

  /** `writers`: whether other processes use these records. */
  constructor(
    store: IdempotencyStore,
    key: FingerprintKey,
    clock: Clock,
    writers: Database['writers'] = 'one',
  ) {
    this.#store = store;
    this.#key = key;
    this.#clock = clock;
    this.#writers = writers;
  }

  /**
   * Runs a keyed write. Throws BadRequest for an invalid key, Conflict while the request runs,
   * Invalid if the key was used for another request. Throws TooManyRequests beyond the keys of a
   * credential, Unavailable if no record can be created; and whatever the effect throws.
   */
  async run(ctx: CallContext, request: IdempotentRun): Promise<IdempotentOutcome> {
    const { credentialId } = ctx.principal;
    const slot = { credentialId, route: request.route, key: checkedIdempotencyKey(request.key) };
    const name = JSON.stringify(Object.values(slot));
    const fingerprint = this.#key.fingerprint(request.fingerprintInput);
    const runningHere = this.#running.get(name);
    if (runningHere === undefined) this.#running.set(name, fingerprint);
    try {
      const { plan, found } = await this.#plan(slot, { fingerprint, runningHere });
      if (plan.kind === 'replay') {
        ctx.onReplay?.();
        return { ...plan.answer, isReplay: true };
      }
      if (plan.kind === 'new') await this.#checkCount(slot.credentialId);
      const record = await this.#begin(slot, fingerprint, found);
      const afterUnknown = plan.kind === 'afterUnknown';
      return { ...(await this.#perform(slot, record, request, afterUnknown)), isReplay: false };
    } finally {
      if (runningHere === undefined) this.#running.delete(name);
    }
  }

  /** Deletes expired records, in small steps; returns how many. */
  async purge(): Promise<number> {
    let purged = 0;
    for (;;) {
      const step = await this.#store.purge(this.#expiredBeforeMs(), PURGED_AT_ONCE);
      purged += step;
      if (step < PURGED_AT_ONCE) return purged;
    }
  }

  async #plan(
    slot: IdempotencySlot,
    now: Pick<BeginSituation, 'fingerprint' | 'runningHere'>,
  ): Promise<{ readonly plan: BeginPlan; readonly found: IdempotencyRecord | undefined }> {
    const found = await this.#recorded(() => this.#store.find(slot));
    const nowMs = this.#clock.nowMs();
    const plan = planBegin({
      ...now,
      record: found,
      expiredBeforeMs: this.#expiredBeforeMs(),
      bootId: this.#bootId,
      othersSinceMs: this.#writers === 'one' ? Infinity : nowMs - limits.writeMsMax,
    });
    if (plan.kind === 'running') throw stillRunning();
    if (plan.kind === 'otherRequest') {
      throw invalid([], 'this Idempotency-Key was used for a different request');
    }
    return { plan, found };
  }

  async #begin(
    slot: IdempotencySlot,
    fingerprint: Uint8Array,
    found: IdempotencyRecord | undefined,
  ): Promise<IdempotencyRecord> {
    const createdMs = this.#clock.nowMs();
    const record = { fingerprint, state: 'running', bootId: this.#bootId, createdMs } as const;
    if (await this.#recorded(() => this.#store.take(slot, record, found))) return record;
    throw stillRunning();
  }

  async #checkCount(credentialId: string): Promise<void> {
    await this.#recorded(() => this.#store.purge(this.#expiredBeforeMs(), PURGED_AT_ONCE));
    const max = RECORDS_PER_CREDENTIAL_MAX;
    if ((await this.#recorded(() => this.#store.count(credentialId, max))) < max) return;
    throw new SallyportError('TooManyRequests', `more than ${max} Idempotency-Keys in 24 hours`, {
      headers: { 'retry-after': '60' },
    });
  }

  async #perform(
    slot: IdempotencySlot,
    record: IdempotencyRecord,
    { effect }: IdempotentRun,
    afterUnknown: boolean,
  ): Promise<IdempotentAnswer> {
    let answer: IdempotentAnswer;
    try {
      answer = await effect({ afterUnknown });
    } catch (error) {
      await this.#fail(slot, record, afterUnknown || isOfUnknownOutcome(error));
      throw error;
    }
    // If this fails, a repetition finds an untracked run, and checks before it redoes it.
    await this.#store.conclude(slot, { ...record, state: 'done', answer }).catch(() => undefined);
    return answer;
  }

  /** Frees the key after a failure without effect, unless an earlier run may have had an effect. */
  async #fail(slot: IdempotencySlot, record: IdempotencyRecord, isUnknown: boolean): Promise<void> {
    const written = isUnknown
      ? this.#store.conclude(slot, { ...record, state: 'unknown' })
      : this.#store.free(slot, record);
    // Left as running, it counts as unknown.
    await written.catch(() => undefined);
  }

  async #recorded<T>(access: () => Promise<T>): Promise<T> {
    try {
      return await access();
    } catch (cause) {
      throw unavailable('idempotency records cannot be kept', { cause });
    }
  }

  #expiredBeforeMs(): number {
    return this.#clock.nowMs() - limits.idempotencyKeptMs;
  }
}

function stillRunning(): SallyportError {
  return new SallyportError('Conflict', 'a request with this Idempotency-Key is still running', {
    status: 409,
  });
}

/** Reports an unknown outcome: only errors worded by services certainly changed nothing. */
function isOfUnknownOutcome(error: unknown): boolean {
  if (!(error instanceof SallyportError)) return true;
  return error.code === 'OutcomeUnknown' || error.code === 'Internal';
}
