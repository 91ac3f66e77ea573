import { isDeepStrictEqual } from 'node:util';
import type { CallGate } from '../../access/domain/call-gate.js';
import { CallTrace } from '../../calls/domain/call-trace.js';
import { foundOrUndefined } from '../../core/errors/not-found.js';
import { SallyportError, unavailable } from '../../core/errors/sallyport-error.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import type { CustomResourceStatus } from '../../custom-resources/domain/custom-resource.js';
import type { ObjectRecord } from '../../custom-resources/domain/object-records.js';
import type { Looked, QueuedObject } from '../../platform/lifecycle/object-queue.js';
import {
  endingOf,
  parsePins,
  pinsAfterRevocations,
  type ShareEnding,
  type SharePins,
} from '../domain/share-pins.js';
import { type ParsedShare, shareKind } from '../domain/share-spec.js';
import { consumersOf, stateOf } from '../domain/share-view.js';
import type { ObjectStatuses } from '../../custom-resources/domain/object-statuses.js';
import { ShareProblems } from '../share-problems.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { EndRotations } from './end-rotations.js';
import { endOfAll, endsOf, type ShareEnd } from './domain/share-ends.js';
import { endedConsumers, type EndRotation, shareStatus } from './domain/share-status.js';

export interface SharePassDependencies {
  readonly shares: ShareDependencies;
  readonly gate: CallGate;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
  readonly statuses: Pick<ObjectStatuses, 'write'>;
  readonly rotations: EndRotations;
  /** Looks at a share again, because a rotation goes on. */
  readonly lookAgain: (item: QueuedObject) => void;
}

/** One look at a share: its status, and the rotation of the Secret at its end. */
export class SharePass {
  readonly #parts: SharePassDependencies;
  readonly #problems: ShareProblems;

  constructor(parts: SharePassDependencies) {
    this.#parts = parts;
    this.#problems = new ShareProblems(parts.shares);
  }

  /** Throws if it must be tried again. */
  async run(item: QueuedObject): Promise<Looked> {
    const { gate, shares } = this.#parts;
    if (gate.refusal !== undefined) throw gate.refusal;
    const share = shares.knownShares.get(item);
    if (share?.object.uid !== item.uid) {
      await this.#deleted(item);
      return 'done';
    }
    const call = { ctx: this.#parts.accounts.broker(), trace: new CallTrace() };
    const problem = await this.#problems.of(call, share);
    const nowMs = shares.clock.nowMs();
    const { state, reason } = stateOf(share, problem, nowMs);
    const recorded = await shares.records.get(item.uid);
    const pins = parsePins(recorded?.facts);
    const ends = share.spec === undefined ? [] : endsOf(item.uid, share.spec, { state, pins });
    const rotation = await this.#settle(share, { recorded, pins }, ends);
    if (rotation === 'Started') this.#parts.lookAgain(item);
    const consumers = consumersOf(pins, shares.importsByShare.of(share.object));
    const ended = endedConsumers(share.spec?.to ?? [], consumers);
    const facts = { state, reason, secretUID: pins.secretUID, consumers, ended, rotation };
    const status = shareStatus(share.object, facts, nowMs);
    return this.#writeStatus(share, status);
  }

  /** Writes a status; a share that has changed since must be looked at again. */
  async #writeStatus({ object }: ParsedShare, status: CustomResourceStatus): Promise<Looked> {
    const { statuses, shares } = this.#parts;
    try {
      await statuses.write({ kind: shareKind, objects: shares.shares }, object, status);
      return 'done';
    } catch (error) {
      if (error instanceof SallyportError && error.code === 'Conflict') return 'repeat';
      throw error;
    }
  }

  /** Rotates the Secret of a share that the cluster does not have any more. */
  async #deleted(item: QueuedObject): Promise<void> {
    const { shares, rotations } = this.#parts;
    const { onDelete } = parsePins((await shares.records.get(item.uid))?.facts);
    if (onDelete === undefined) return;
    if (await this.#isThere(item)) throw unavailable('shares of Secrets are not known now');
    await rotations.begin(onDelete, endOfAll(item.uid));
    await shares.records.remove(item.uid);
  }

  /** Begins the rotations of ends, and records these and the revocations. */
  async #settle(
    share: ParsedShare,
    { recorded, pins }: { readonly recorded: ObjectRecord | undefined; readonly pins: SharePins },
    ends: readonly ShareEnd[],
  ): Promise<EndRotation> {
    const { object, specHash, spec } = share;
    if (spec === undefined) return 'None';
    const revoked = pinsAfterRevocations(pins, spec.to);
    if (spec.onRevoke !== 'rotate') {
      await this.#save(share, pins, revoked);
      return 'None';
    }
    const authored = { object, specHash, recorded };
    const author = await this.#parts.shares.authors.of(shareKind.resource, authored);
    const ending = endingOf(object, spec, author);
    if (ending === undefined) return ends.length === 0 ? 'None' : 'Refused';
    const { last, begun } = await this.#rotate(pins, ending, ends);
    const rotations = { ...pins.rotations, ...begun };
    const isUsed = Object.keys(pins.consumers).length > 0;
    await this.#save(share, pins, isUsed ? { ...revoked, rotations, onDelete: ending } : revoked);
    return last;
  }

  async #rotate(pins: SharePins, ending: ShareEnding, ends: readonly ShareEnd[]) {
    const { rotations } = this.#parts;
    const ref = { namespace: ending.namespace, name: ending.secretName };
    let last: EndRotation = 'None';
    const begun: Record<string, string> = {};
    for (const end of ends) {
      const runId = pins.rotations?.[end.name];
      last = await (runId === undefined
        ? rotations.begin(ending, end)
        : rotations.stateOf(ref, runId));
      if (last !== 'Refused') begun[end.name] = end.runId;
    }
    return { last, begun };
  }

  /** Records what the share has come to, unless that is recorded. */
  async #save({ object }: ParsedShare, before: SharePins, after: SharePins): Promise<void> {
    if (isDeepStrictEqual(before, after)) return;
    const { records, states } = this.#parts.shares;
    const row = { uid: object.uid, resource: shareKind.resource };
    if (!(await records.saveFacts(row, { before, after }))) {
      throw unavailable('the record of the share changes too fast');
    }
    states.forget({ object });
  }

  async #isThere(item: QueuedObject): Promise<boolean> {
    const { accounts, shares } = this.#parts;
    const call = { ctx: accounts.broker(), as: 'broker', trace: new CallTrace() } as const;
    const found = await foundOrUndefined(() => shares.shares.get(call, item));
    return found?.uid === item.uid;
  }
}
