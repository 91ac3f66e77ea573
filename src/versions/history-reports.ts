import { Injectable } from '@nestjs/common';
import { GatewayEvents } from '../audit/gateway-events.service.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import type { CaptureReports } from './capture/capture.js';
import type { PruneNote } from './capture/prune-notes.js';
import type { SkipNote } from './capture/skip-notes.js';

/** Reports of the recording of history, in the trail, the metrics and the log. */
@Injectable()
export class HistoryReports implements CaptureReports {
  readonly #events: GatewayEvents;
  readonly #metrics: Metrics;
  readonly #logger: AppLogger;

  constructor(events: GatewayEvents, metrics: Metrics, logger: AppLogger) {
    this.#events = events;
    this.#metrics = metrics;
    this.#logger = logger;
  }

  recordPrune({ history, version, count }: PruneNote): Promise<void> {
    const { namespace, name: secret } = history;
    return this.#events.record({ action: 'versions.prune', namespace, secret, version, count });
  }

  recordSkip({ namespace, secret, count }: SkipNote): Promise<void> {
    this.#logger.versionsSkipped(namespace, count);
    const named = secret === undefined ? {} : { secret };
    return this.#events.recordNoRoom({ action: 'versions.skip', namespace, ...named, count });
  }

  /** Records a watch; an empty namespace represents all of them. */
  recordWatch(namespace: string, announcements: readonly string[]): Promise<void> {
    return this.#events.recordWatch(namespace, announcements);
  }

  recorded(versions: number, gaps: number): void {
    this.#metrics.versionsRecorded(versions, gaps);
  }

  skipped(): void {
    this.#metrics.versionSkipped();
  }

  fault(error: unknown): void {
    this.#logger.fault(error);
  }
}
