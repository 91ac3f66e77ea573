import { Buffer } from 'node:buffer';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config.schema.js';
import { CONFIG } from '../../platform/config/config.token.js';
import { AppLogger } from '../../platform/telemetry/app-logger.js';
import type { AuditFacts } from '../domain/audit-event.js';
import { auditAnchorCheck } from '../domain/check-names.js';
import { GatewayEvents } from '../gateway-events.service.js';
import { foreignAcceptanceSentence } from '../log/domain/acceptance-record.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import { Outbox } from '../sinks/outbox.js';
import { AnchorPublisher } from './anchor-publisher.js';
import { AnchoredLog } from './anchored-log.js';
import { ConfiguredAnchors } from './configured-anchors.js';
import type { AnchoredNote } from './domain/anchored-tree.js';
import { RollbackGuard } from './rollback-guard.js';
import { LastSignedCheckpoint } from './last-signed-checkpoint.js';

interface KeptPlace {
  readonly place: string;
  readonly keeper: AnchorPublisher;
}

/** All anchors of the log: compared with the log first, and kept up to date from then on. */
@Injectable()
export class AuditAnchors {
  readonly #guard: RollbackGuard;
  readonly #signed: LastSignedCheckpoint;
  readonly #keepers: readonly KeptPlace[];

  constructor(
    @Inject(CONFIG) { audit }: Config,
    { all }: ConfiguredAnchors,
    log: AnchoredLog,
    outbox: Outbox,
    guard: RollbackGuard,
    signed: LastSignedCheckpoint,
    events: GatewayEvents,
    logger: AppLogger,
  ) {
    this.#guard = guard;
    this.#signed = signed;
    const rule = {
      everyMs: audit.anchorEverySeconds * 1_000,
      everyEvents: audit.anchorEveryEvents,
    };
    this.#keepers = all.map((anchor) => {
      const { place } = anchor;
      const keeper = new AnchorPublisher({
        anchor,
        log,
        outbox,
        rule,
        isVerified: () => guard.isVerified(place),
        record: (checkpoint, anchored) => events.record(anchorFacts(checkpoint, anchored)),
        onAlarm: (message) => logger.alarm(message),
        onContradiction: () => this.suspect(),
        onMoreLost: (known: AnchoredNote) => guard.moreLost.add(place, known),
      });
      return { place, keeper };
    });
  }

  /** Remembers what this process has signed, or found signed. */
  signed(checkpoint: StoredCheckpoint): void {
    void this.#signed.put(checkpoint);
  }

  /**
   * Handles a suspected loss of signed or written entries. The external anchors get the last signed
   * checkpoint, so that the next start knows of it too.
   */
  suspect(): void {
    for (const { keeper } of this.#keepers) keeper.testify(this.#signed);
    void this.#guard.suspect();
  }

  /** Starts after the first check by the guard. */
  start(): void {
    this.#guard.watch();
    for (const { keeper } of this.#keepers) keeper.start();
  }

  /** Returns warnings by check, for readers of the health listener. */
  warnings(): Readonly<Record<string, string>> {
    const ofPlaces = this.#keepers.flatMap((kept, index) => {
      const text = this.#warningOf(kept);
      return text === '' ? [] : [[auditAnchorCheck(index, kept.place), text] as const];
    });
    const unread = this.#guard.unread.length;
    const [foreign] = this.#guard.foreignAcceptances;
    const { warning: moreLost } = this.#guard.moreLost;
    return {
      ...Object.fromEntries(ofPlaces),
      ...(unread > 0 && {
        'audit-anchors-unread': `${unread} could not be compared with the log yet`,
      }),
      ...(moreLost !== undefined && { 'audit-rollback': moreLost }),
      ...(foreign !== undefined && { 'audit-acceptances': foreignAcceptanceSentence(foreign) }),
    };
  }

  #warningOf({ place, keeper }: KeptPlace): string {
    const { failingSinceMs: sinceMs } = keeper;
    const strange = keeper.strange ?? this.#guard.strangeAt(place);
    return [
      ...(sinceMs === undefined
        ? []
        : [`takes no checkpoint since ${new Date(sinceMs).toISOString()}`]),
      ...(keeper.hasLost ? ['has lost checkpoints'] : []),
      ...(strange === undefined ? [] : [`was written by others: ${strange}`]),
    ].join('; ');
  }

  /** Sends the newest checkpoint to all, within a bounded time. */
  async stop(): Promise<void> {
    await this.#guard.stop();
    await Promise.all(this.#keepers.map(({ keeper }) => keeper.stop()));
  }
}

function anchorFacts({ size, root }: StoredCheckpoint, place: string): AuditFacts {
  const rootHash = Buffer.from(root).toString('base64');
  return { action: 'audit.anchor', log: { place, treeSize: size, rootHash } };
}
