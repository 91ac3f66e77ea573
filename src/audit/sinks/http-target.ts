import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { limits } from '../../core/limits.js';

export interface HttpTargetOptions {
  readonly url: string;
  /** PEM; by default, the system's authorities. */
  readonly certificateAuthorityFile?: string | undefined;
  readonly answerMsMax?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The beginning of the response. */
  readonly text: string;
}

/** No response: unreachable, or too late; the message contains only the reason. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Target of posted bodies, over one persistent connection that no variable redirects. */
export class HttpTarget {
  readonly url: URL;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #answerMsMax: number;

  constructor({ url, certificateAuthorityFile: file, answerMsMax }: HttpTargetOptions) {
    this.url = new URL(url);
    this.#answerMsMax = answerMsMax ?? limits.auditSinkAnswerMsMax;
    const options = { keepAlive: true, maxSockets: 1 };
    this.#agent = this.#isTls
      ? new HttpsAgent(file === undefined ? options : { ...options, ca: readFileSync(file) })
      : new HttpAgent(options);
  }

  /**
   * Sends one POST and returns its response, whatever the status; no redirects, no retries. Also
   * throws NoAnswer when the signal aborts.
   */
  async post(
    body: Uint8Array,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const deadline = AbortSignal.timeout(this.#answerMsMax);
    try {
      return await this.#exchange(body, headers, AbortSignal.any([deadline, signal]));
    } catch (error) {
      if (deadline.aborted) throw new NoAnswer(`no answer within ${this.#answerMsMax} ms`);
      // Messages of TLS errors quote certificates, others quote addresses.
      const { code } = error as NodeJS.ErrnoException;
      throw new NoAnswer(
        signal.aborted ? 'ended by the gateway' : `no answer (${code ?? 'unknown'})`,
      );
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  get #isTls(): boolean {
    return this.url.protocol === 'https:';
  }

  #exchange(
    body: Uint8Array,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const outgoing = (this.#isTls ? httpsRequest : httpRequest)(this.url, {
      method: 'POST',
      agent: this.#agent,
      headers: { ...headers, 'content-length': body.length, 'user-agent': 'sallyport' },
      signal,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= limits.auditSinkAnswerBytesMax) chunks.push(chunk);
        else response.destroy(Object.assign(new Error('too long'), { code: 'ANSWER_TOO_LONG' }));
      });
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    outgoing.end(body);
    return promise;
  }
}
