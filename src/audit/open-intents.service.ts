import { Injectable } from '@nestjs/common';
import { RollbackGuard } from './anchors/rollback-guard.js';
import { AuditService } from './audit.service.js';
import type { KubernetesAuditEvent } from './domain/kubernetes-event.js';
import { isOnlyWrite } from './is-only-write.js';
import { type IntentProbe, resolveIntents } from './resolve-intents.js';
import { Searches } from './search-index/open-searches.js';

/** Intents that a crash, or a failed record, left without an outcome. */
@Injectable()
export class OpenIntents {
  readonly #audit: AuditService;
  readonly #guard: RollbackGuard;
  readonly #searches: Searches;

  constructor(audit: AuditService, guard: RollbackGuard, searches: Searches) {
    this.#audit = audit;
    this.#guard = guard;
    this.#searches = searches;
  }

  /** Called when a log that was rolled back is served again: its intents may be concluded. */
  onReleased(listener: () => void): void {
    this.#guard.onReleased(listener);
  }

  /** Reports whether the trail has no other write that could have led to the found state. */
  isOnlyWrite(intent: KubernetesAuditEvent): Promise<boolean> {
    return isOnlyWrite(this.#audit, intent);
  }

  /** Concludes intents that can be concluded; throws if the log cannot be written. */
  async resolve(probe: IntentProbe): Promise<void> {
    // Nothing is added to a log that was rolled back.
    if (this.#guard.refusal !== undefined) return;
    if ((await this.#audit.openIntents()).length === 0) return;
    // Without a search, other writes are unknown: the next run tries again.
    const isSearchable = await this.#searches.shared.upToDate().then(
      () => true,
      () => false,
    );
    if (isSearchable) await resolveIntents(this.#audit, probe);
  }
}
