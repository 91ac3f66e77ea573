import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BackgroundLeases } from '../../platform/storage/background-leases.js';
import { CopyDelivery } from './copy-delivery.js';
import { CopyDependencies } from './copy.dependencies.js';
import { CopyEngine } from './copy-engine.js';
import { CopyLease } from './copy-lease.js';
import { CopyPass } from './copy-pass.js';
import { CopyProvenance } from './copy-provenance.js';
import { CopyQueue } from './copy-queue.js';
import { CopyRecords } from './copy-records.js';
import { CopySources } from './copy-sources.js';
import { CopyTriggers } from './copy-triggers.js';
import { CopyWrites } from './copy-writes.js';

/** Copies of shared keys, and statuses of imports: one replica keeps both up to date. */
@Injectable()
export class ShareCopies {
  readonly #engine: CopyEngine;
  readonly #lease: CopyLease;

  constructor(parts: CopyDependencies) {
    const { shares, gate, database, logger } = parts;
    const onFault = (error: unknown): void => logger.fault(error);
    const records = new CopyRecords(shares.records);
    const lease: CopyLease = new CopyLease({
      leases: new BackgroundLeases(database),
      holder: randomUUID(),
      clock: shares.clock,
      onGained: () => engine.gained(),
      onLost: () => engine.lost(),
      onFault,
    });
    const pass = passOver(parts, records, () => lease.require());
    const queue = new CopyQueue({ work: (item) => pass.run(item), onFault });
    const triggers = triggersOver(parts, queue);
    const engine = new CopyEngine({ shares, gate, records, queue, triggers, onFault });
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

function passOver(
  parts: CopyDependencies,
  records: CopyRecords,
  requireLease: () => void,
): CopyPass {
  const { shares, store, history, accounts, gate } = parts;
  const { calls, audit, states, lastReads } = shares;
  const writes = new CopyWrites({ store, calls, audit, history, accounts, requireLease });
  const provenance = new CopyProvenance(shares.records);
  const delivery = new CopyDelivery({ writes, records, provenance, states, lastReads });
  const sources = new CopySources(shares, accounts);
  return new CopyPass({ shares, gate, accounts, sources, delivery, records });
}

function triggersOver({ shares, secrets, rbac }: CopyDependencies, queue: CopyQueue): CopyTriggers {
  const { importsByShare: importsOf } = shares;
  return new CopyTriggers({ shares, importsOf, secrets, rbac, queue });
}
