import { AppLogger } from '../../../../src/platform/telemetry/app-logger.js';

export interface CapturedLog {
  readonly logger: AppLogger;
  /** Every line so far, as it was written. */
  text(): string;
  lines(): readonly Record<string, unknown>[];
}

/** A logger whose lines stay in memory. */
export function captureLog(): CapturedLog {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  return {
    logger: new AppLogger({ level: 'trace', destination }),
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
