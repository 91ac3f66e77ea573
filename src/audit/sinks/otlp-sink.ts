import { readFileSync } from 'node:fs';
import { headersIn } from '../../platform/config/header-file.js';
import type { SinkEntry } from './domain/sink-entry.js';
import { classifyOtlpAnswer } from './domain/classify-answer.js';
import { otlpLogsBody, partialFailure } from './domain/otlp-logs.js';
import { HttpTarget } from './http-target.js';
import { postedDelivery } from './posted-delivery.js';
import type { Delivery, Sink } from './sink.js';

export interface OtlpSettings {
  readonly url: string;
  /** Header fields of each request, such as the sender's credentials; read each time. */
  readonly headersFile?: string | undefined;
  readonly certificateAuthorityFile?: string | undefined;
}

/** Sink that posts batches to an OpenTelemetry collector, as logs. */
export class OtlpSink implements Sink {
  readonly name: string;
  readonly #target: HttpTarget;
  readonly #version: string;
  readonly #headersFile: string | undefined;

  constructor(name: string, settings: OtlpSettings, version: string) {
    this.name = name;
    this.#version = version;
    this.#headersFile = settings.headersFile;
    this.#target = new HttpTarget({ ...settings, url: logsUrl(settings.url) });
  }

  deliver(entries: readonly SinkEntry[], signal: AbortSignal): Promise<Delivery> {
    return postedDelivery({ judge: classifyOtlpAnswer, flaw: partialFailure }, () => {
      const body = otlpLogsBody(entries, { version: this.#version, nowMs: Date.now() });
      const headers = { ...headersOf(this.#headersFile), 'content-type': 'application/json' };
      return this.#target.post(body, headers, signal);
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

/** Reads for each request, as tokens are renewed; throws without quoting the content. */
function headersOf(file: string | undefined): Readonly<Record<string, string>> {
  if (file === undefined) return {};
  const headers = headersIn(readFileSync(file, 'utf8'));
  if (headers === undefined) throw new Error('the headers file holds no header fields');
  return headers;
}

function logsUrl(otlpUrl: string): string {
  const url = new URL(otlpUrl);
  if (url.pathname === '/') url.pathname = '/v1/logs';
  return url.href;
}
