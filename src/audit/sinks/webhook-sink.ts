import { readFileSync } from 'node:fs';
import type { WebhookSettings } from '../../platform/config/audit-settings.js';
import { webhookKey } from '../../platform/config/webhook-secret.js';
import { eventListBody } from './domain/event-list.js';
import type { SinkEntry } from './domain/sink-entry.js';
import { classifyWebhookAnswer } from './domain/classify-answer.js';
import { signatureHeaders } from '../../core/webhook-signature.js';
import { HttpTarget } from './http-target.js';
import { postedDelivery } from './posted-delivery.js';
import type { Delivery, Sink } from './sink.js';

/** Sink that posts batches as EventList, signed. A batch keeps its id however often it is sent. */
export class WebhookSink implements Sink {
  readonly name: string;
  readonly #target: HttpTarget;
  readonly #secretFile: string;

  constructor(name: string, settings: WebhookSettings, answerMsMax?: number) {
    this.name = name;
    this.#secretFile = settings.secretFile;
    this.#target = new HttpTarget({ ...settings, ...(answerMsMax && { answerMsMax }) });
  }

  async deliver(entries: readonly SinkEntry[], signal: AbortSignal): Promise<Delivery> {
    return postedDelivery({ judge: classifyWebhookAnswer }, () => {
      const body = eventListBody(entries);
      const id = `${this.name}-${entries[0]?.leafIndex}-${entries.at(-1)?.leafIndex}`;
      const signed = { id, timestampSeconds: Math.floor(Date.now() / 1_000), body };
      const headers = {
        'content-type': 'application/json',
        ...signatureHeaders(signed, readWebhookKey(this.#secretFile)),
      };
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

/** Reads for each request, so that a key can change at runtime; throws without a key. */
export function readWebhookKey(file: string): Uint8Array {
  const key = webhookKey(readFileSync(file, 'utf8'));
  if (key === undefined) throw new Error('the secret file holds no key');
  return key;
}
