import { Buffer } from 'node:buffer';
import type { WebhookSettings } from '../../platform/config/audit-settings.js';
import { limits } from '../../core/limits.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import { signatureHeaders } from '../../core/webhook-signature.js';
import { HttpTarget, NoAnswer } from '../sinks/http-target.js';
import { readWebhookKey } from '../sinks/webhook-sink.js';
import { type Anchor, type AnchorBefore, type AnchorCall, AnchorFailed } from './anchor.js';

/** Anchor that posts each checkpoint, signed; only the receiver itself can report its contents. */
export class WebhookAnchor implements Anchor {
  readonly place: string;
  readonly #target: HttpTarget;
  readonly #secretFile: string;

  constructor({ secretFile, ...target }: WebhookSettings) {
    this.#target = new HttpTarget({ ...target, answerMsMax: limits.auditAnchorMsMax });
    this.#secretFile = secretFile;
    const { origin, pathname } = this.#target.url;
    this.place = `webhook:${origin}${pathname}`;
  }

  async put({ size, note }: StoredCheckpoint, { signal }: AnchorCall): Promise<AnchorBefore> {
    const status = await this.#post(size, note, signal);
    if (status >= 200 && status < 300) return {};
    throw new AnchorFailed(`the answer has status ${status}`);
  }

  close(): void {
    this.#target.close();
  }

  async #post(size: number, note: string, signal: AbortSignal): Promise<number> {
    const body = Buffer.from(note, 'utf8');
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    try {
      const key = readWebhookKey(this.#secretFile);
      const headers = {
        'content-type': 'text/plain; charset=utf-8',
        ...signatureHeaders({ id: `checkpoint-${size}`, timestampSeconds, body }, key),
      };
      return (await this.#target.post(body, headers, signal)).status;
    } catch (error) {
      const reason = error instanceof NoAnswer ? error.message : 'the request cannot be made';
      throw new AnchorFailed(reason, { cause: error });
    }
  }
}
