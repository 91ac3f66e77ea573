import type { AppLogger } from './app-logger.js';
import type { Metrics } from './metrics.js';
import type { Tracer } from './tracer.js';

/** Outputs of the gateway about itself while it runs. */
export interface Telemetry {
  readonly logger: AppLogger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
}
