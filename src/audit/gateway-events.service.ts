import { Injectable } from '@nestjs/common';
import { GatewayAccounts } from '../core/gateway-accounts.js';
import { AuditService } from './audit.service.js';
import type { AuditFacts } from './domain/audit-event.js';
import { failedFor, succeeded } from './domain/audit-result.js';

/** Recorder of the gateway's own work. Each method throws as `AuditService.record` does. */
@Injectable()
export class GatewayEvents {
  readonly #audit: AuditService;
  readonly #accounts: GatewayAccounts;

  constructor(audit: AuditService, accounts: GatewayAccounts) {
    this.#audit = audit;
    this.#accounts = accounts;
  }

  /** Records work of the gateway's own account. */
  record(facts: AuditFacts): Promise<void> {
    return this.#audit.record(this.#accounts.self(), facts, succeeded);
  }

  /** Records work that is skipped for lack of space. */
  recordNoRoom(facts: AuditFacts): Promise<void> {
    return this.#audit.record(this.#accounts.self(), facts, failedFor(507));
  }

  /**
   * Records a watch of the broker on the Secrets of a namespace, or of all if it is empty.
   * `announcements` are hashes of the ids that its calls will have.
   */
  recordWatch(namespace: string, announcements: readonly string[]): Promise<void> {
    const facts = { action: 'secrets.watch', ...(namespace !== '' && { namespace }) } as const;
    const result = { ...succeeded, plane: 'broker', upstreamIds: announcements } as const;
    return this.#audit.record(this.#accounts.broker(), facts, result);
  }
}
