import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { shareLimits } from '../../core/share-limits.js';
import { BackgroundLeases } from '../../platform/storage/background-leases.js';
import type { ParsedShare } from '../domain/share-spec.js';
import { EndRotations } from '../ends/end-rotations.js';
import { SharePass } from '../ends/share-pass.js';
import { ObjectStatuses } from '../../custom-resources/domain/object-statuses.js';
import { AuthorChecks, type AuthoredObject } from './author-checks.js';
import { CopyAuthors } from './copy-authors.js';
import { CopyDelivery } from './copy-delivery.js';
import { CopyDependencies } from './copy.dependencies.js';
import { CopyEngine } from './copy-engine.js';
import { BackgroundLease } from '../../platform/storage/background-lease.js';
import { CopyPass } from './copy-pass.js';
import { CopyProvenance } from './copy-provenance.js';
import {
  ObjectQueue,
  type Looked,
  type QueuedObject,
} from '../../platform/lifecycle/object-queue.js';
import { CopyRecheck } from './copy-recheck.js';
import { CopyRechecks } from './copy-rechecks.js';
import { CopyRecords } from './copy-records.js';
import { CopySources } from './copy-sources.js';
import { CopyTargets } from './copy-targets.js';
import { CopyTriggers } from './copy-triggers.js';
import { CopyWrites } from './copy-writes.js';
import { DeferredStatuses } from './deferred-statuses.js';
import { RefusedWrites } from '../../custom-resources/domain/refused-writes.js';
import type { CopyProblem } from './domain/copy-state.js';

interface PassParts {
  readonly dependencies: CopyDependencies;
  readonly records: CopyRecords;
  readonly statuses: Pick<ObjectStatuses, 'write' | 'lastOf'>;
  readonly requireLease: () => void;
}

/**
 * Work on shares that no caller requests: copies, statuses, and rotations at the end of shares. One
 * replica does it.
 */
@Injectable()
export class ShareCopies {
  readonly #engine: CopyEngine;
  readonly #lease: BackgroundLease;

  constructor(dependencies: CopyDependencies) {
    const { shares, database, logger, accounts, events } = dependencies;
    const onFault = (error: unknown): void => logger.fault(error);
    const records = new CopyRecords(shares.records, onFault);
    const lease: BackgroundLease = new BackgroundLease({
      leases: new BackgroundLeases(database),
      name: 'share-copies',
      holder: randomUUID(),
      clock: shares.clock,
      onGained: () => engine.gained(),
      onLost: () => engine.lost(),
      onFault,
    });
    const requireLease = (): void => lease.require();
    const written = new ObjectStatuses({ accounts, events, requireLease, onFault });
    const statuses = new DeferredStatuses({
      statuses: written,
      known: (ref) => shares.knownImports.get(ref)?.object,
      isBusy: () => queue.size > 0,
      onFault,
    });
    const { secrets, rbac, gate, rights } = dependencies;
    const onDoubt = (object: AuthoredObject): void => triggers.noteDoubted(object);
    const checks = new AuthorChecks({ rights, rbac, onDoubt, onFault });
    const known = { shares, copies: records, statuses, shareStatuses: written, checks };
    const authors = new CopyAuthors(known);
    const parts = { dependencies, records, statuses, requireLease };
    const pass = importPass(parts, (share) => triggers.noteShare(share));
    const sharePass = sharePassOver({ ...parts, statuses: written }, (item) =>
      shareQueue.note(item),
    );
    const looks = { run: (item: QueuedObject) => pass.run(item), onFault };
    const queue: ObjectQueue = queueOf(looks, (item) => authors.learnImport(item));
    const shareLooks = { run: (item: QueuedObject) => sharePass.run(item), onFault };
    const shareQueue: ObjectQueue = queueOf(shareLooks, (item) => authors.learnShare(item));
    const queues = { queue, shareQueue };
    const { importsByShare: importsOf } = shares;
    const observed = { shares, importsOf, secrets, rbac, authors: checks };
    const triggers: CopyTriggers = new CopyTriggers({ ...observed, ...queues });
    const recheck = new CopyRecheck({ ...known, secrets });
    const rechecks = new CopyRechecks({ shares, records, recheck, authors, ...queues, onFault });
    const work = { records, ...queues, rechecks, authors: checks, triggers, statuses };
    const engine = new CopyEngine({ shares, gate, ...work, onFault });
    this.#engine = engine;
    this.#lease = lease;
  }

  /** Begins in the background; never throws. */
  start(): void {
    this.#engine.start(this.#lease);
  }

  /** Resolves once all its work has ended. */
  stop(): Promise<void> {
    return this.#engine.stop();
  }
}

/** Returns a queue of looks, after each of which the author of the object is learnt. */
function queueOf(
  looks: {
    readonly run: (item: QueuedObject) => Promise<Looked>;
    readonly onFault: (error: unknown) => void;
  },
  learn: (item: QueuedObject) => Promise<void>,
): ObjectQueue {
  const work = async (item: QueuedObject): Promise<Looked> => {
    const looked = await looks.run(item);
    await learn(item);
    return looked;
  };
  return new ObjectQueue({ work, onFault: looks.onFault });
}

function importPass(
  { dependencies, records, statuses, requireLease }: PassParts,
  onUsed: (share: ParsedShare) => void,
): CopyPass {
  const { shares, store, secrets, documents, history, accounts, gate, metrics, checks } =
    dependencies;
  const { calls, audit, states, lastReads } = shares;
  const writes = new CopyWrites({ store, calls, audit, history, accounts, requireLease });
  const provenance = new CopyProvenance(shares.records);
  const refused = new RefusedWrites<CopyProblem>(shares.clock);
  const targets = new CopyTargets({ store, cache: secrets, documents, accounts });
  const known = { records, provenance, states, lastReads, refused };
  const delivery = new CopyDelivery({ targets, writes, checks, ...known });
  const sources = new CopySources(shares, accounts);
  const parts = { shares, gate, statuses, sources, delivery, records, metrics };
  return new CopyPass({ ...parts, onUsed });
}

function sharePassOver(
  { dependencies, statuses, requireLease }: PassParts,
  note: (item: QueuedObject) => void,
): SharePass {
  const { shares, accounts, gate, rights, starts } = dependencies;
  const rotations = new EndRotations({ rights, starts, accounts, requireLease });
  const lookAgain = (item: QueuedObject): void => {
    setTimeout(() => note(item), shareLimits.endRotationCheckedMs).unref();
  };
  return new SharePass({ shares, gate, accounts, statuses, rotations, lookAgain });
}
