import type { SinkSettings } from '../../platform/config/audit-settings.js';
import { FileSink } from './file-sink.js';
import { OtlpSink } from './otlp-sink.js';
import type { Sink } from './sink.js';
import { StdoutSink } from './stdout-sink.js';
import { WebhookSink } from './webhook-sink.js';

/** Opens the sink of a setting; throws if a file that it names is unreadable. */
export function openSink(settings: SinkSettings, version: string): Sink {
  const { name, file, webhook, otlp } = settings;
  if (file !== undefined) return new FileSink(name, file);
  if (webhook !== undefined) return new WebhookSink(name, webhook);
  if (otlp !== undefined) return new OtlpSink(name, otlp, version);
  return new StdoutSink(name);
}
