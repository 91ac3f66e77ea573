import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { shareLimits } from '../../core/share-limits.js';
import { BackgroundLeases } from '../../platform/storage/background-leases.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { ParsedShare } from '../domain/share-spec.js';
import { EndRotations } from '../ends/end-rotations.js';
import { SharePass } from '../ends/share-pass.js';
import { ObjectStatuses } from '../object-statuses.js';
import { CopyDelivery } from './copy-delivery.js';
import { CopyDependencies } from './copy.dependencies.js';
import { CopyEngine } from './copy-engine.js';
import { CopyLease } from './copy-lease.js';
import { CopyPass } from './copy-pass.js';
import { CopyProvenance } from './copy-provenance.js';
import { CopyQueue, type QueuedObject } from './copy-queue.js';
import { CopyRecheck } from './copy-recheck.js';
import { CopyRechecks } from './copy-rechecks.js';
import { CopyRecords } from './copy-records.js';
import { CopySources } from './copy-sources.js';
import { CopyTargets } from './copy-targets.js';
import { CopyTriggers } from './copy-triggers.js';
import { CopyWrites } from './copy-writes.js';
import { DeferredStatuses } from './deferred-statuses.js';
import { RefusedWrites } from './refused-writes.js';

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
  readonly #lease: CopyLease;

  constructor(dependencies: CopyDependencies) {
    const { shares, database, logger, accounts, events } = dependencies;
    const onFault = (error: unknown): void => logger.fault(error);
    const records = new CopyRecords(shares.records, onFault);
    const lease: CopyLease = new CopyLease({
      leases: new BackgroundLeases(database),
      holder: randomUUID(),
      clock: shares.clock,
      onGained: () => engine.gained(),
      onLost: () => engine.lost(),
      onFault,
    });
    const requireLease = (): void => lease.require();
    const written = new ObjectStatuses({ accounts, events, requireLease, onFault });
    const known = (ref: SecretRef) => shares.knownImports.get(ref)?.object;
    const isBusy = (): boolean => queue.size > 0;
    const statuses = new DeferredStatuses({ statuses: written, known, isBusy, onFault });
    const parts = { dependencies, records, statuses, requireLease };
    const pass = importPass(parts, (share) => triggers.noteShare(share));
    const queue: CopyQueue = new CopyQueue({ work: (item) => pass.run(item), onFault });
    const sharePass = sharePassOver({ ...parts, statuses: written }, (item) =>
      shareQueue.note(item),
    );
    const shareQueue: CopyQueue = new CopyQueue({ work: (item) => sharePass.run(item), onFault });
    const { importsByShare: importsOf } = shares;
    const { secrets, rbac, gate } = dependencies;
    const triggers: CopyTriggers = new CopyTriggers({
      shares,
      importsOf,
      secrets,
      rbac,
      queue,
      shareQueue,
    });
    const recheck = new CopyRecheck({ shares, statuses, secrets });
    const checked = { shares, records, recheck, queue, shareQueue, onFault };
    const rechecks = new CopyRechecks(checked);
    const engine = new CopyEngine({
      shares,
      gate,
      records,
      queue,
      shareQueue,
      rechecks,
      triggers,
      statuses,
      onFault,
    });
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

function importPass(
  { dependencies, records, statuses, requireLease }: PassParts,
  onUsed: (share: ParsedShare) => void,
): CopyPass {
  const { shares, store, secrets, documents, history, accounts, gate, metrics } = dependencies;
  const { calls, audit, states, lastReads } = shares;
  const writes = new CopyWrites({ store, calls, audit, history, accounts, requireLease });
  const provenance = new CopyProvenance(shares.records);
  const refused = new RefusedWrites(shares.clock);
  const targets = new CopyTargets({ store, cache: secrets, documents, accounts });
  const known = { records, provenance, states, lastReads, refused };
  const delivery = new CopyDelivery({ targets, writes, ...known });
  const sources = new CopySources(shares, accounts);
  return new CopyPass({ shares, gate, statuses, sources, delivery, records, metrics, onUsed });
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
