import type { AccessService, ResourceRequest } from '../../access/access.service.js';
import type { CallContext } from '../../core/call-context.js';
import { inTurns } from '../../core/in-turns.js';
import { limits } from '../../core/limits.js';
import type { AuditService } from '../audit.service.js';
import { Turns } from '../../core/turns.js';
import type { ClusterReports, ReportTally } from './cluster-reports.js';
import { parseEventList, reportOf } from './domain/parse-event-list.js';
import type { ReportedEvent } from './domain/reported-event.js';

/** What became of a batch, with what was not about Secrets. */
export interface IngestResult extends ReportTally {
  readonly notKept: number;
}

interface ParsedBatch {
  readonly reports: readonly ReportedEvent[];
  /** Items about something else than Secrets. */
  readonly notKept: number;
}

const ingestRight: ResourceRequest = {
  verb: 'create',
  group: 'sallyport.dev',
  resource: 'auditevents',
  subresource: 'ingest',
  namespace: '',
  name: '',
};

/** Takes what the API server's audit webhook posts: `create auditevents/ingest`, cluster-wide. */
export class AuditIngestService {
  readonly #audit: AuditService;
  readonly #access: AccessService;
  readonly #reports: ClusterReports;
  readonly #parsing = new Turns(
    limits.auditReportsParsedAtOnceMax,
    limits.auditReportsWaitingMax,
    'batches of audit events',
  );

  constructor(audit: AuditService, access: AccessService, reports: ClusterReports) {
    this.#audit = audit;
    this.#access = access;
    this.#reports = reports;
  }

  /** All of it is durable at the end; a batch that comes again adds nothing. */
  ingest(ctx: CallContext, body: Uint8Array): Promise<IngestResult> {
    return this.#audit.read(ctx, { action: 'audit.ingest' }, async (draft) => {
      draft.trace.plane = 'self';
      const access = this.#access.tracedBy(draft.trace.upstreamIds);
      draft.decisionReason = (await access.require(ctx, ingestRight)).reason;
      const { reports, notKept } = await this.#parsing.run(() => parsed(body));
      return { ...(await this.#reports.take(reports)), notKept };
    });
  }
}

/** All of it, before any of it is taken: a batch is refused as a whole. */
async function parsed(body: Uint8Array): Promise<ParsedBatch> {
  const items = parseEventList(body);
  const nowMs = Date.now();
  const reports: ReportedEvent[] = [];
  await inTurns(items, limits.auditReportsInTurnMax, (item, index) => {
    const report = reportOf(item, index, nowMs);
    if (report !== undefined) reports.push(report);
  });
  return { reports, notKept: items.length - reports.length };
}
