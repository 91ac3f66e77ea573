import { setTimeout as wait } from 'node:timers/promises';
import { SallyportError, unavailable } from '../../core/errors/sallyport-error.js';
import { forEachInBatches } from '../../core/for-each-in-batches.js';
import { limits } from '../../core/limits.js';
import { Listeners } from '../../core/listeners.js';
import type { SearchReads } from '../../platform/storage/reads.js';
import type { AuditWriter } from '../audit-writer.js';
import type { LogEntry } from '../domain/log-entry.js';
import type { GatewayIdentity } from './domain/is-report-of.js';
import { ReportLedger, type Verdict } from './domain/report-ledger.js';
import type { ReportedEvent } from './domain/reported-event.js';
import { knownIds } from './known-ids.js';
import type { ReportIntake } from './report-intake.js';

export interface ClusterReportsDependencies {
  readonly searches: Omit<SearchReads, 'close'>;
  readonly writer: Pick<AuditWriter, 'append' | 'check'>;
  /** Limits on what the log accepts. */
  readonly intake: Pick<ReportIntake, 'requireSpace'>;
  /** The gateway's identity at the API server; queried again if it was unknown. */
  readonly gateway: () => Promise<GatewayIdentity>;
}

/** Result of a batch. */
export interface ReportTally {
  /** Reports stored as own events: calls that bypassed the gateway. */
  readonly stored: number;
  /** Added to a call of ours, or to the beginning of a call that bypassed it. */
  readonly joined: number;
  /** Delivered before. */
  readonly known: number;
}

type Count = { -readonly [K in keyof ReportTally]: number };
/** Receives the number of stored bytes. */
type OnStored = (bytes: number) => void;
interface Settling {
  readonly mayWait: boolean;
  readonly count: Count;
  readonly onStored: OnStored;
}
type Entry = Extract<Verdict, { readonly event: unknown }>;

/**
 * Recorder of the cluster's reports, each once. A report of our call may arrive before our own
 * event of it. The report then waits, with its batch unacknowledged, so that the API server resends
 * it if this process ends meanwhile.
 */
export class ClusterReports {
  readonly #parts: ClusterReportsDependencies;
  readonly #bypasses = new Listeners<[ReportedEvent]>();
  #turn: Promise<unknown> = Promise.resolve();
  #batches = 0;
  #held = 0;
  /** Entries of a batch that failed may still be on their way into the log. */
  #isInDoubt = false;

  constructor(parts: ClusterReportsDependencies) {
    this.#parts = parts;
  }

  /** Called with each call that bypassed the gateway, once it is durable. */
  onBypass(listener: (report: ReportedEvent) => void): void {
    this.#bypasses.add(listener);
  }

  /** Resolves once the batch is durable; throws Unavailable, after which it may be resent. */
  async take(
    reports: readonly ReportedEvent[],
    onStored: OnStored = () => undefined,
  ): Promise<ReportTally> {
    if (this.#batches >= limits.auditReportsAtOnceMax) {
      throw unavailable('too many batches of audit events at once');
    }
    this.#batches += 1;
    try {
      return await this.#take(reports, onStored);
    } finally {
      this.#batches -= 1;
    }
  }

  async #take(reports: readonly ReportedEvent[], onStored: OnStored): Promise<ReportTally> {
    const count: Count = { stored: 0, joined: 0, known: 0 };
    const deadlineMs = performance.now() + limits.auditReportHeldMsMax;
    let left = reports;
    while (left.length > 0) {
      const given = left;
      const mayWait = performance.now() < deadlineMs && this.#held < limits.auditReportsHeldMax;
      const later = await this.#inTurn(() => this.#settle(given, { mayWait, count, onStored }));
      left = given.filter((report) => later.has(report));
      if ([...later.values()].includes('early')) await this.#hold(left.length);
    }
    return count;
  }

  async #hold(events: number): Promise<void> {
    this.#held += events;
    await wait(limits.auditReportLookMs);
    this.#held -= events;
  }

  /** Stores decidable reports; returns the remaining ones, and why they are undecided. */
  async #settle(
    reports: readonly ReportedEvent[],
    { mayWait, count, onStored }: Settling,
  ): Promise<ReadonlyMap<ReportedEvent, Verdict['kind']>> {
    const gateway = await this.#parts.gateway();
    await this.#settleDoubt();
    const ledger = new ReportLedger(gateway, await this.#known(reports));
    const entries: Entry[] = [];
    const bypasses: ReportedEvent[] = [];
    const later = new Map<ReportedEvent, Verdict['kind']>();
    await forEachInBatches(reports, limits.auditReportsInTurnMax, (report) => {
      const verdict = ledger.judge(report, mayWait);
      if (verdict.kind === 'single') bypasses.push(report);
      if ('event' in verdict) entries.push(verdict);
      else if (verdict.kind === 'early' || verdict.kind === 'after its start') {
        later.set(report, verdict.kind);
      } else if (verdict.kind === 'known') count.known += 1;
    });
    await this.#append(entries, onStored);
    for (const report of bypasses) this.#bypasses.notify(report);
    for (const { kind } of entries) count[kind === 'single' ? 'stored' : 'joined'] += 1;
    return later;
  }

  async #known(reports: readonly ReportedEvent[]) {
    try {
      return await knownIds(this.#parts.searches, reports);
    } catch (cause) {
      if (cause instanceof SallyportError) throw cause;
      throw unavailable('the audit trail cannot be read', { cause });
    }
  }

  async #append(entries: readonly Entry[], onStored: OnStored): Promise<void> {
    for (let at = 0; at < entries.length; at += limits.auditReportsInTurnMax) {
      this.#parts.intake.requireSpace();
      const some = entries.slice(at, at + limits.auditReportsInTurnMax).map(entryOf);
      onStored(some.reduce((bytes, { json }) => bytes + Buffer.byteLength(json), 0));
      const appended = some.map((entry) => this.#parts.writer.append(entry));
      const failed = (await Promise.allSettled(appended)).find((one) => one.status === 'rejected');
      if (failed === undefined) continue;
      this.#isInDoubt = true;
      throw notWritten(failed.reason);
    }
  }

  /** Resolves once the log accepts a commit: then pending entries are in it or never will be. */
  async #settleDoubt(): Promise<void> {
    if (!this.#isInDoubt) return;
    await this.#parts.writer.check().catch((cause: unknown) => {
      throw notWritten(cause);
    });
    this.#isInDoubt = false;
  }

  /** Runs batches serially, so that the second delivery of a batch finds the first. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

function entryOf(entry: Entry): LogEntry {
  const json = JSON.stringify(entry.event);
  if (entry.kind === 'single') return { json, stage: 'single', source: 'cluster' };
  return { json, stage: 'joined', call: entry.callIndex, source: 'cluster' };
}

function notWritten(cause: unknown): Error {
  return unavailable('the audit trail cannot be written', { cause });
}
