import type { FedEntry } from './domain/fed-entry.js';
import { judgeOtlpAnswer } from './domain/judge-answer.js';
import { otlpLogsBody, partialFailure } from './domain/otlp-logs.js';
import { HttpTarget } from './http-target.js';
import { postedDelivery } from './posted-delivery.js';
import type { Delivery, Sink } from './sink.js';

export interface OtlpSettings {
  readonly url: string;
  readonly certificateAuthorityFile?: string | undefined;
}

const HEADERS = { 'content-type': 'application/json' } as const;

/** Posts batches to an OpenTelemetry collector, as logs. */
export class OtlpSink implements Sink {
  readonly name: string;
  readonly #target: HttpTarget;
  readonly #version: string;

  constructor(name: string, settings: OtlpSettings, version: string) {
    this.name = name;
    this.#version = version;
    this.#target = new HttpTarget({ ...settings, url: logsUrl(settings.url) });
  }

  deliver(entries: readonly FedEntry[], signal: AbortSignal): Promise<Delivery> {
    return postedDelivery({ judge: judgeOtlpAnswer, flaw: partialFailure }, () => {
      const body = otlpLogsBody(entries, { version: this.#version, nowMs: Date.now() });
      return this.#target.post(body, HEADERS, signal);
    });
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#target.close();
    return Promise.resolve();
  }
}

function logsUrl(otlpUrl: string): string {
  const url = new URL(otlpUrl);
  if (url.pathname === '/') url.pathname = '/v1/logs';
  return url.href;
}
