import type { AuditSettings } from '../../platform/config/audit-settings.js';
import { auditAnchorCheck } from '../domain/check-names.js';
import { foreignAcceptanceSentence } from '../log/domain/acceptance-record.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import type { Outbox } from '../sinks/outbox.js';
import { type Anchor, isReadable } from './anchor.js';
import { AnchorKeeper } from './anchor-keeper.js';
import type { AnchoredLog } from './anchored-log.js';
import type { AnchoredNote } from './domain/anchored-tree.js';
import { SignedHere } from './signed-here.js';
import { RollbackGuard, type RollbackGuardParts } from './rollback-guard.js';

export interface AuditAnchorsParts {
  readonly anchors: readonly Anchor[];
  readonly log: AnchoredLog;
  readonly outbox: Outbox;
  readonly settings: Pick<AuditSettings, 'anchorEverySeconds' | 'anchorEveryEvents'>;
  /** Writes into the log that a checkpoint was anchored. */
  readonly record: (checkpoint: StoredCheckpoint, place: string) => Promise<void>;
  readonly onAlarm: (message: string) => void;
  /** What the guard asks and tells. */
  readonly guard?: Pick<RollbackGuardParts, 'loss' | 'isReplaced' | 'onAccepted' | 'onReleased'>;
}

interface KeptPlace {
  readonly place: string;
  readonly keeper: AnchorKeeper;
}

/** All anchors of the log: compared with it first, and kept up to date from then on. */
export class AuditAnchors {
  readonly guard: RollbackGuard;
  readonly #signed = new SignedHere(() => this.guard.givenUp());
  readonly #keepers: readonly KeptPlace[];

  constructor(parts: AuditAnchorsParts) {
    const { anchors, log, outbox, settings, record, onAlarm } = parts;
    const rule = {
      everyMs: settings.anchorEverySeconds * 1_000,
      everyEvents: settings.anchorEveryEvents,
    };
    const readable = [this.#signed, ...anchors.filter(isReadable)];
    this.guard = new RollbackGuard({ anchors: readable, log, onAlarm, ...parts.guard });
    this.#keepers = anchors.map((anchor) => {
      const isVerified = () => this.guard.isVerified(anchor.place);
      const common = {
        ...{ log, outbox, rule, isVerified, record, onAlarm },
        onContradiction: () => this.suspect(),
        onMoreLost: (known: AnchoredNote) => this.guard.moreLost.add(anchor.place, known),
      };
      return { place: anchor.place, keeper: new AnchorKeeper({ anchor, ...common }) };
    });
  }

  /** Remembers what this process has signed, or found signed. */
  signed(checkpoint: StoredCheckpoint): void {
    void this.#signed.put(checkpoint);
  }

  /**
   * Of what was signed or written something is not there any more, it seems. The places outside
   * get what was signed last, so that the next start knows of it as well.
   */
  suspect(): void {
    for (const { keeper } of this.#keepers) keeper.testify(this.#signed);
    void this.guard.suspect();
  }

  /** After the first look of the guard. */
  start(): void {
    this.guard.watch();
    for (const { keeper } of this.#keepers) keeper.start();
  }

  /** By check, in words for whoever may read the health listener. */
  warnings(): Readonly<Record<string, string>> {
    const ofPlaces = this.#keepers.flatMap((kept, index) => {
      const text = this.#warningOf(kept);
      return text === '' ? [] : [[auditAnchorCheck(index, kept.place), text] as const];
    });
    const unread = this.guard.unread.length;
    const [foreign] = this.guard.foreignAcceptances;
    const { warning: moreLost } = this.guard.moreLost;
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
    const strange = keeper.strange ?? this.guard.strangeAt(place);
    return [
      ...(sinceMs === undefined
        ? []
        : [`takes no checkpoint since ${new Date(sinceMs).toISOString()}`]),
      ...(keeper.hasLost ? ['has lost checkpoints'] : []),
      ...(strange === undefined ? [] : [`was written by others: ${strange}`]),
    ].join('; ');
  }

  /** The newest checkpoint goes to all, within a bounded time. */
  async stop(): Promise<void> {
    await this.guard.stop();
    await Promise.all(this.#keepers.map(({ keeper }) => keeper.stop()));
  }
}
