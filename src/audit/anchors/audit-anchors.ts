import type { AuditSettings } from '../../config/audit-settings.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import type { Outbox } from '../sinks/outbox.js';
import { type Anchor, isReadable } from './anchor.js';
import { AnchorKeeper } from './anchor-keeper.js';
import type { AnchoredLog } from './anchored-log.js';
import { RollbackGuard } from './rollback-guard.js';

export interface AuditAnchorsParts {
  readonly anchors: readonly Anchor[];
  readonly log: AnchoredLog;
  readonly outbox: Outbox;
  readonly settings: Pick<AuditSettings, 'anchorEverySeconds' | 'anchorEveryEvents'>;
  /** Writes into the log that a checkpoint was anchored. */
  readonly record: (checkpoint: StoredCheckpoint, place: string) => Promise<void>;
  readonly onAlarm: (message: string) => void;
  readonly onReleased?: () => void;
}

/** All anchors of the log: compared with it first, and kept up to date from then on. */
export class AuditAnchors {
  readonly guard: RollbackGuard;
  readonly #keepers: readonly { readonly kind: string; readonly keeper: AnchorKeeper }[];

  constructor(parts: AuditAnchorsParts) {
    const { anchors, log, outbox, settings, record, onAlarm, onReleased } = parts;
    const rule = {
      everyMs: settings.anchorEverySeconds * 1_000,
      everyEvents: settings.anchorEveryEvents,
    };
    const readable = anchors.filter(isReadable);
    const told = { onAlarm, ...(onReleased && { onReleased }) };
    this.guard = new RollbackGuard({ anchors: readable, log, ...told });
    this.#keepers = anchors.map((anchor) => {
      const isVerified = () => this.guard.isVerified(anchor.place);
      const common = { log, outbox, rule, isVerified, record, onAlarm };
      const [kind = ''] = anchor.place.split(':');
      return { kind, keeper: new AnchorKeeper({ anchor, ...common }) };
    });
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
