import { Injectable } from '@nestjs/common';
import { AccessService, type ResourceRequest } from '../../access/access.service.js';
import type { CallContext } from '../../core/call-context.js';
import { forEachInBatches } from '../../core/for-each-in-batches.js';
import { limits } from '../../core/limits.js';
import { AppLogger } from '../../platform/telemetry/app-logger.js';
import { CallRunner } from '../../calls/call-runner.service.js';
import { Turns } from '../../core/turns.js';
import { ClusterReports, type ReportTally } from './cluster-reports.js';
import { ReportIntake } from './report-intake.js';
import { parseEventList, reportOf } from './domain/parse-event-list.js';
import { UnreadableAlarm } from './domain/unreadable-alarm.js';
import type { ReportedEvent } from './domain/reported-event.js';

/** Result of a batch, with the events not about Secrets, and unreadable events. */
export interface IngestResult extends ReportTally {
  readonly notKept: number;
  readonly unreadable: number;
}

interface ParsedBatch {
  readonly reports: readonly ReportedEvent[];
  /** Items that are not about Secrets. */
  readonly notKept: number;
  readonly unreadable: number;
}

const ingestRight: ResourceRequest = {
  verb: 'create',
  group: 'sallyport.dev',
  resource: 'auditevents',
  subresource: 'ingest',
  namespace: '',
  name: '',
};

/** Receiver of the API server's audit webhook: `create auditevents/ingest`, cluster-wide. */
@Injectable()
export class AuditIngestService {
  readonly #calls: CallRunner;
  readonly #access: AccessService;
  readonly #reports: ClusterReports;
  readonly #intake: ReportIntake;
  readonly #logger: AppLogger;
  readonly #alarm = new UnreadableAlarm();
  readonly #parsing = new Turns(
    limits.auditReportsParsedAtOnceMax,
    limits.auditReportsWaitingMax,
    'batches of audit events',
  );

  constructor(
    calls: CallRunner,
    access: AccessService,
    reports: ClusterReports,
    intake: ReportIntake,
    logger: AppLogger,
  ) {
    this.#calls = calls;
    this.#access = access;
    this.#reports = reports;
    this.#intake = intake;
    this.#logger = logger;
  }

  /**
   * Stores all readable events durably before it returns; a repeated batch adds nothing. The event
   * of the call contains the number of unreadable events.
   */
  ingest(ctx: CallContext, body: Uint8Array): Promise<IngestResult> {
    return this.#calls.read(ctx, { action: 'audit.ingest' }, async (trace) => {
      trace.plane = 'self';
      const traced = this.#access.tracedBy(trace.upstreamIds);
      trace.decisionReason = (await traced.require(ctx, ingestRight)).reason;
      const batch = await this.#parsing.run(() => parsed(body));
      const { notKept, unreadable } = batch;
      if (unreadable > 0) trace.note({ unreadable });
      this.#tell(unreadable);
      const onStored = (bytes: number): void => this.#intake.stored(ctx.principal, bytes);
      return { ...(await this.#reports.take(batch.reports, onStored)), notKept, unreadable };
    });
  }

  #tell(unreadable: number): void {
    const message = this.#alarm.messageAfter(unreadable, performance.now());
    if (message !== undefined) this.#logger.alarm(message);
  }
}

async function parsed(body: Uint8Array): Promise<ParsedBatch> {
  const list = parseEventList(body);
  const { items, beyond } = list;
  const nowMs = Date.now();
  const reports: ReportedEvent[] = [];
  let unreadable = beyond;
  await forEachInBatches(items, limits.auditReportsInTurnMax, (span) => {
    const reading = reportOf(list, span, nowMs);
    if (reading.kind === 'kept') reports.push(reading.event);
    else if (reading.kind === 'unreadable') unreadable += 1;
  });
  return { reports, notKept: items.length + beyond - reports.length - unreadable, unreadable };
}
