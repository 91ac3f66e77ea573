import type { CallGate } from '../../access/domain/call-gate.js';
import { CallTrace } from '../../calls/domain/call-trace.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import type { KnownAuthor } from '../../custom-resources/domain/author.js';
import type { QueuedImport as QueuedObject } from '../copies/copy-queue.js';
import { parsePins, type ShareEnding, type SharePins } from '../domain/share-pins.js';
import { type ParsedShare, shareKind } from '../domain/share-spec.js';
import { consumersOf, stateOf } from '../domain/share-view.js';
import type { ObjectStatuses } from '../object-statuses.js';
import { ShareProblems } from '../share-problems.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { EndRotations } from './end-rotations.js';
import { endOfAll, endsOf, type ShareEnd } from './domain/share-ends.js';
import { type EndRotation, shareStatus } from './domain/share-status.js';

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
  async run(item: QueuedObject): Promise<void> {
    const { gate, shares } = this.#parts;
    if (gate.refusal !== undefined) throw gate.refusal;
    const share = shares.knownShares.get(item);
    if (share?.object.uid !== item.uid) return this.#deleted(item);
    const call = { ctx: this.#parts.accounts.broker(), trace: new CallTrace() };
    const problem = await this.#problems.of(call, share);
    const nowMs = shares.clock.nowMs();
    const { state, reason } = stateOf(share, problem, nowMs);
    const pins = await this.#pinsOf(item.uid);
    const ends = share.spec === undefined ? [] : endsOf(item.uid, share.spec, { state, pins });
    const rotation = await this.#rotate(share, pins, ends);
    if (rotation === 'Started') this.#parts.lookAgain(item);
    const consumers = consumersOf(pins, shares.importsByShare.of(share.object));
    const facts = { state, reason, secretUID: pins.secretUID, consumers, rotation };
    const status = shareStatus(share.object, facts, nowMs);
    const kind = { kind: shareKind, objects: shares.shares };
    await this.#parts.statuses.write(kind, share.object, status);
  }

  /** Rotates the Secret of a share that the cluster does not have any more. */
  async #deleted(item: QueuedObject): Promise<void> {
    const { shares, rotations } = this.#parts;
    const { onDelete } = await this.#pinsOf(item.uid);
    if (onDelete === undefined) return;
    if (await this.#isThere(item)) throw unavailable('shares of Secrets are not known now');
    await rotations.begin(onDelete, endOfAll(item.uid));
    await shares.records.remove(item.uid);
  }

  async #rotate(
    share: ParsedShare,
    pins: SharePins,
    ends: readonly ShareEnd[],
  ): Promise<EndRotation> {
    if (share.spec?.onRevoke !== 'rotate') return 'None';
    const author = await this.#authorOf(share);
    if (author === undefined) return ends.length === 0 ? 'None' : 'Refused';
    const { namespace, name } = share.object;
    const ending: ShareEnding = {
      ...{ namespace, name, secretName: share.spec.secretName },
      author: { ...author, groups: [...author.groups], extra: extraOf(author) },
    };
    let last: EndRotation = 'None';
    const begun: Record<string, string> = {};
    for (const end of ends) {
      const runId = pins.rotations?.[end.name];
      const ref = { namespace, name: ending.secretName };
      const { rotations } = this.#parts;
      last = await (runId === undefined
        ? rotations.begin(ending, end)
        : rotations.stateOf(ref, runId));
      if (last !== 'Refused') begun[end.name] = end.runId;
    }
    await this.#save(share, pins, { ending, begun });
    return last;
  }

  /** Records what was begun, and what the deletion of the share must begin. */
  async #save(
    { object }: ParsedShare,
    pins: SharePins,
    { ending, begun }: { readonly ending: ShareEnding; readonly begun: Record<string, string> },
  ): Promise<void> {
    if (Object.keys(pins.consumers).length === 0) return;
    const rotations = { ...pins.rotations, ...begun };
    const after = { ...pins, rotations, onDelete: ending };
    if (JSON.stringify(after) === JSON.stringify({ ...pins, rotations: pins.rotations ?? {} })) {
      return;
    }
    const { records, states } = this.#parts.shares;
    const row = { uid: object.uid, resource: shareKind.resource };
    if (!(await records.saveFacts(row, { before: pins, after }))) {
      throw unavailable('the record of the share changes too fast');
    }
    states.forget({ object });
  }

  async #authorOf({ object, specHash }: ParsedShare): Promise<KnownAuthor | undefined> {
    const { authors, records } = this.#parts.shares;
    const recorded = await records.get(object.uid);
    return authors.of(shareKind.resource, { object, specHash, recorded });
  }

  async #pinsOf(uid: string): Promise<SharePins> {
    return parsePins((await this.#parts.shares.records.get(uid))?.facts);
  }

  async #isThere(item: QueuedObject): Promise<boolean> {
    const call = {
      ctx: this.#parts.accounts.broker(),
      as: 'broker',
      trace: new CallTrace(),
    } as const;
    try {
      return (await this.#parts.shares.shares.get(call, item)).uid === item.uid;
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'NotFound') return false;
      throw error;
    }
  }
}

function extraOf({ extra }: KnownAuthor): Record<string, string[]> {
  return Object.fromEntries(Object.entries(extra).map(([key, list]) => [key, [...list]]));
}
