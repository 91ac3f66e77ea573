import type { AuditSettings } from '../../config/audit-settings.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import type { Outbox } from '../sinks/outbox.js';
import { type Anchor, isReadable } from './anchor.js';
import { AnchorKeeper } from './anchor-keeper.js';
import type { AnchoredLog } from './anchored-log.js';
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

/** All anchors of the log: compared with it first, and kept up to date from then on. */
export class AuditAnchors {
  readonly guard: RollbackGuard;
  readonly #signed = new SignedHere(() => this.guard.givenUp());
  readonly #keepers: readonly { readonly kind: string; readonly keeper: AnchorKeeper }[];

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
      const onContradiction = () => this.suspect();
      const common = { log, outbox, rule, isVerified, record, onAlarm, onContradiction };
      const [kind = ''] = anchor.place.split(':');
      return { kind, keeper: new AnchorKeeper({ anchor, ...common }) };
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
    const failing = this.#keepers.flatMap(({ kind, keeper }, index) => {
      const sinceMs = keeper.failingSinceMs;
      if (sinceMs === undefined) return [];
      const text = `takes no checkpoint since ${new Date(sinceMs).toISOString()}`;
      return [[`audit-anchor-${index + 1}-${kind}`, text] as const];
    });
    const unread = this.guard.unread.length;
    return {
      ...Object.fromEntries(failing),
      ...(unread > 0 && {
        'audit-anchors-unread': `${unread} could not be compared with the log yet`,
      }),
    };
  }

  /** The newest checkpoint goes to all, within a bounded time. */
  async stop(): Promise<void> {
    await this.guard.stop();
    await Promise.all(this.#keepers.map(({ keeper }) => keeper.stop()));
  }
}
