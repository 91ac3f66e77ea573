import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { ErrorCode } from '../../core/errors/error-table.js';
import { AdmissionMetrics } from './admission-metrics.js';
import { type CacheMeasures, addCacheGauges } from './cache-gauges.js';
import { type ConnectionCounts, addConnectionGauge } from './connection-gauge.js';
import { type RotationMeasures, addRotationGauges } from './rotation-gauges.js';
import { SchemaMetrics } from './schema-metrics.js';
import { ShareMetrics } from './share-metrics.js';
import { SyncMetrics } from './sync-metrics.js';

const REQUEST_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const COMMIT_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2];
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export interface RequestMeasure {
  readonly method: string;
  /** The template, never a path: labels live for ever and paths name Secrets. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

/** State of a sink of the audit log, by its configured name. */
export interface AuditSinkMeasure {
  readonly name: string;
  readonly lagEvents: number;
  readonly deadLetters: number;
}

/** Metrics for Prometheus, in a separate registry; no label names a Secret or a namespace. */
export class Metrics {
  readonly #registry = new Registry();
  readonly admission = new AdmissionMetrics(this.#registry);
  readonly schemas = new SchemaMetrics(this.#registry);
  readonly shares = new ShareMetrics(this.#registry);
  readonly syncs = new SyncMetrics(this.#registry);
  readonly #requests = this.#counter('http_requests_total', 'Requests answered.', [
    'method',
    'route',
    'status',
  ]);
  readonly #requestSeconds = this.#histogram(
    'http_request_duration_seconds',
    'Time from the first byte of a request to the end of its answer.',
    ['method', 'route'],
    REQUEST_BUCKETS,
  );
  readonly #denials = this.#counter('denials_total', 'Requests denied, by error code.', ['reason']);
  readonly #upstreamSeconds = this.#histogram(
    'upstream_request_duration_seconds',
    'Time of calls of the Kubernetes API.',
    ['verb', 'status_class'],
    REQUEST_BUCKETS,
  );
  readonly #decisions = this.#counter(
    'access_decisions_total',
    'Decisions of Kubernetes about callers: kept, shared with a question in flight, or asked.',
    ['source'],
  );
  readonly #auditEvents = this.#counter('audit_events_total', 'Audit events on disk.', []);
  readonly #auditCommitSeconds = this.#histogram(
    'audit_commit_duration_seconds',
    'Time of one commit of the audit log, with its fsync.',
    [],
    COMMIT_BUCKETS,
  );
  readonly #auditFailures = this.#counter(
    'audit_failures_total',
    'Alarms of the audit log: it cannot be written, or was replaced.',
    [],
  );

  readonly #secretReads = this.#counter(
    'secret_reads_total',
    'Reads of Secrets, by where they were answered from: the cache, or the cluster.',
    ['source'],
  );

  readonly #connectionsClosed = this.#counter(
    'connections_closed_total',
    'Connections that were closed to keep a bound, by what was too much.',
    ['reason'],
  );

  readonly #versions = this.#counter('versions_recorded_total', 'Versions of Secrets on disk.', []);
  readonly #versionGaps = this.#counter(
    'version_gaps_total',
    'Versions before which states were missed.',
    [],
  );

  readonly #skips = this.#counter('versions_skipped_total', 'States left out: full quota.', []);

  readonly #rotations = this.#counter('rotations_ended_total', 'Runs of rotations, by end.', [
    'state',
  ]);
  readonly #rotationNotices = this.#counter(
    'rotation_notifications_total',
    'Deliveries of what rotations tell, by outcome.',
    ['outcome'],
  );

  readonly #rotationOutbox = new Gauge({
    name: 'sallyport_rotation_outbox',
    help: 'Notifications of rotations that wait, or that nobody has taken.',
    labelNames: ['state'],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  requestCompleted({ method, route, status, durationMs }: RequestMeasure): void {
    const known = methods.has(method) ? method : 'other';
    this.#requests.inc({ method: known, route, status });
    this.#requestSeconds.observe({ method: known, route }, durationMs / 1_000);
  }

  denied(reason: ErrorCode): void {
    this.#denials.inc({ reason });
  }

  /** Measures a call; `status` is absent if no response arrived. */
  upstreamCompleted(verb: string, status: number | undefined, durationMs: number): void {
    const status_class = status === undefined ? 'none' : `${Math.floor(status / 100)}xx`;
    this.#upstreamSeconds.observe({ verb, status_class }, durationMs / 1_000);
  }

  decided(source: 'kept' | 'shared' | 'asked'): void {
    this.#decisions.inc({ source });
  }

  auditCommitted(events: number, durationMs: number): void {
    this.#auditEvents.inc(events);
    this.#auditCommitSeconds.observe(durationMs / 1_000);
  }

  auditFailed(): void {
    this.#auditFailures.inc();
  }

  /** Counts a read; `strong`: the read queried the cluster. */
  secretRead(source: 'cache' | 'strong'): void {
    this.#secretReads.inc({ source });
  }

  watchCache(measure: () => CacheMeasures): void {
    addCacheGauges(this.#registry, measure);
  }

  /** Counts a connection that was closed, or not accepted, because there were too many. */
  connectionClosed(reason: string): void {
    this.#connectionsClosed.inc({ reason });
  }

  watchConnections(counts: () => ConnectionCounts): void {
    addConnectionGauge(this.#registry, counts);
  }

  versionsRecorded(versions: number, gaps: number): void {
    this.#versions.inc(versions);
    this.#versionGaps.inc(gaps);
  }

  versionSkipped(): void {
    this.#skips.inc();
  }

  /** Exports the lag of history, which `measure` returns at each scrape. */
  watchHistory(measure: () => { readonly queued: number; readonly lagMs: number }): void {
    const registers = [this.#registry];
    const queue: Gauge = new Gauge({
      name: 'sallyport_version_queue_depth',
      help: 'States of Secrets that wait to be recorded.',
      registers,
      collect: (): void => queue.set(measure().queued),
    });
    const lag: Gauge = new Gauge({
      name: 'sallyport_version_lag_seconds',
      help: 'Age of the oldest state that waits to be recorded.',
      registers,
      collect: (): void => lag.set(measure().lagMs / 1_000),
    });
  }

  /** Exports the depth that `depth` returns at each scrape. */
  watchAuditQueue(depth: () => number): void {
    const name = 'sallyport_audit_queue_depth';
    const help = 'Audit events that wait for a commit.';
    const registers = [this.#registry];
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers,
      collect: (): void => gauge.set(depth()),
    });
  }

  /** Exports the events that `waiting` counts at each scrape, which have no leaf index. */
  watchSequencer(waiting: () => number): void {
    const gauge: Gauge = new Gauge({
      name: 'sallyport_audit_unsequenced_events',
      help: 'Audit events in the queue of the database; 0 if another gateway is the sequencer.',
      registers: [this.#registry],
      collect: (): void => gauge.set(waiting()),
    });
  }

  /** Exports how far the search index lags behind the audit log, at each scrape. */
  watchAuditIndex(measure: () => { readonly behind: number; readonly isFailing: boolean }): void {
    const registers = [this.#registry];
    const lag: Gauge = new Gauge({
      name: 'sallyport_audit_index_lag_events',
      help: 'Audit events that cannot be found by a search yet.',
      registers,
      collect: (): void => lag.set(measure().behind),
    });
    const failing: Gauge = new Gauge({
      name: 'sallyport_audit_index_failing',
      help: '1 while audit events cannot be searched, else 0.',
      registers,
      collect: (): void => failing.set(measure().isFailing ? 1 : 0),
    });
  }

  /** Exports the lag of each audit sink, which `lags` returns at each scrape. */
  watchAuditSinks(lags: () => readonly AuditSinkMeasure[]): void {
    const registers = [this.#registry];
    const labelNames = ['sink'];
    const measures = {
      lag_events: ['Audit events that a sink was not fed yet.', 'lagEvents'],
      dead_letters: ['Audit events that a sink would not take.', 'deadLetters'],
    } as const;
    for (const [name, [help, measure]] of Object.entries(measures)) {
      const gauge: Gauge = new Gauge({
        name: `sallyport_audit_sink_${name}`,
        help,
        labelNames,
        registers,
        collect: (): void => {
          for (const state of lags()) gauge.set({ sink: state.name }, state[measure]);
        },
      });
    }
  }

  rotationEnded(state: string): void {
    this.#rotations.inc({ state });
  }

  rotationNotified(outcome: 'delivered' | 'retry' | 'dead'): void {
    this.#rotationNotices.inc({ outcome });
  }

  /** Sets how many notifications wait, and how many no receiver accepted. */
  rotationNotices({ waiting, dead }: { readonly waiting: number; readonly dead: number }): void {
    this.#rotationOutbox.set({ state: 'waiting' }, waiting);
    this.#rotationOutbox.set({ state: 'dead' }, dead);
  }

  /** Measures at each scrape. */
  watchRotations(measure: () => RotationMeasures): void {
    addRotationGauges(this.#registry, measure);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Renders Prometheus' text form. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({
      name: `sallyport_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
    });
  }

  #histogram(
    name: string,
    help: string,
    labelNames: readonly string[],
    buckets: number[],
  ): Histogram {
    const registers = [this.#registry];
    return new Histogram({ name: `sallyport_${name}`, help, labelNames, buckets, registers });
  }
}
