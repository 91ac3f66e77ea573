import type { AccessService, ResourceRequest } from '../../access/access.service.js';
import type { CallContext } from '../../core/call-context.js';
import type { AuditService } from '../audit.service.js';
import type { ClusterReports, ReportTally } from './cluster-reports.js';
import { parseEventList } from './domain/parse-event-list.js';

/** What became of a batch, with what was not about Secrets. */
export interface IngestResult extends ReportTally {
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
      const { reports, notKept } = parseEventList(body);
      return { ...(await this.#reports.take(reports)), notKept };
    });
  }
}
