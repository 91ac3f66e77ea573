import { Inject, Injectable } from '@nestjs/common';
import type { AuditPage } from '../audit/domain/audit-query.js';
import type { AuditFilter } from '../audit/domain/audit-filter.js';
import type { AuditEventView } from '../audit/domain/audit-view.js';
import { Clock } from '../core/clock.js';
import { limits } from '../core/limits.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { AuditService } from '../audit/audit.service.js';
import { TokenVerification } from './token-verification.js';
import type { ForeignRow, RowPass } from '../encryption/row-check.js';
import { type LiveToken, LiveTokens } from './live-tokens.js';
import { RevokedTokenIds } from './revoked-token-ids.js';

interface RevokedTokensDependencies {
  readonly audit: Pick<AuditService, 'list'>;
  readonly tokens: Pick<LiveTokens, 'next' | 'absent'>;
  /** Receives revocations from the trail. */
  readonly revoked: RevokedTokenIds;
  readonly verification: Pick<TokenVerification, 'end'>;
  readonly clock: Clock;
  /** No token is older: earlier revocations need no check. */
  readonly maxLifetimeSeconds: number;
}

/**
 * Finds existing tokens that are revoked in the trail, or whose parent is deleted. Their rows were
 * restored, and the MAC of such a row is valid.
 */
@Injectable()
export class RevokedTokens {
  readonly #dependencies: RevokedTokensDependencies;
  #sinceMs: number | undefined;

  constructor(
    @Inject(AuditService) audit: Pick<AuditService, 'list'>,
    @Inject(LiveTokens) tokens: Pick<LiveTokens, 'next' | 'absent'>,
    revoked: RevokedTokenIds,
    @Inject(TokenVerification) verification: Pick<TokenVerification, 'end'>,
    clock: Clock,
    @Inject(CONFIG) { tokens: { maxLifetimeSeconds } }: Pick<Config, 'tokens'>,
  ) {
    this.#dependencies = { audit, tokens, revoked, verification, clock, maxLifetimeSeconds };
  }

  /** Pass over all unexpired tokens. */
  get pass(): RowPass {
    const next = (after: string) => this.#next(after);
    const look = () => this.#look();
    return async function* () {
      // Before the tokens: all named tokens were deleted by then.
      await look();
      for (let after: string | undefined = ''; after !== undefined;) {
        const { foreign, last }: Part = await next(after);
        yield foreign;
        after = last;
      }
    };
  }

  async #next(after: string): Promise<Part> {
    const { tokens, clock, revoked, verification } = this.#dependencies;
    const rows = await tokens.next(after, clock.nowMs());
    const orphans = await this.#orphansOf(rows);
    const put = rows.filter(({ id }) => revoked.has(id) || orphans.has(id));
    for (const { id } of put) await verification.end(id);
    return {
      foreign: put.map(({ id }) => ({ table: 'access_tokens', name: `${id} (revoked)` })),
      last: rows.length < limits.rowsCheckedAtOnceMax ? undefined : rows.at(-1)?.id,
    };
  }

  /** Finds orphans: a token ends together with its children, so no child lives alone for long. */
  async #orphansOf(rows: readonly LiveToken[]): Promise<ReadonlySet<string>> {
    const { tokens } = this.#dependencies;
    const children = rows.filter(({ parentId }) => parentId !== undefined);
    const gone = new Set(await tokens.absent(children.flatMap(({ parentId }) => parentId ?? [])));
    const orphans = children.filter(({ parentId }) => gone.has(parentId ?? ''));
    const ended = new Set(await tokens.absent(orphans.map(({ id }) => id)));
    return new Set(orphans.flatMap(({ id }) => (ended.has(id) ? [] : [id])));
  }

  /** Reads revocations since the last check, and some time before: each may be recorded late. */
  async #look(): Promise<void> {
    const { audit, clock, maxLifetimeSeconds } = this.#dependencies;
    const nowMs = clock.nowMs();
    const sinceMs = this.#sinceMs ?? nowMs - maxLifetimeSeconds * 1_000;
    const filter: AuditFilter = { action: ['tokens.revoke'], outcome: 'allowed', sinceMs };
    let cursor: string | undefined;
    do {
      const request = { limit: limits.listItemsMax, ...(cursor !== undefined && { cursor }) };
      const page: AuditPage = await audit.list(filter, request);
      for (const event of page.items) this.#note(event);
      cursor = page.continue;
    } while (cursor !== undefined);
    this.#sinceMs = nowMs - limits.tokenRevocationLateMs;
  }

  #note({ token, marks, source }: AuditEventView): void {
    if (token === undefined || source !== 'gateway' || marks.includes('dry-run')) return;
    this.#dependencies.revoked.add(token);
  }
}

interface Part {
  readonly foreign: readonly ForeignRow[];
  readonly last: string | undefined;
}
