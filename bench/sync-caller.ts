import { type Agent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

export interface CallerOptions {
  readonly url: string;
  readonly agent: Agent;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Caller with persistent connections to one server of this machine. */
export class SyncCaller {
  readonly #options: CallerOptions;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** Sends an object as JSON, a text as it is. Rejects on anything but 2xx. */
  async call(
    method: string,
    path: string,
    body?: object | string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { url, agent, headers } = this.#options;
    const type = typeof body === 'string' ? 'application/octet-stream' : 'application/json';
    const payload = typeof body === 'object' ? JSON.stringify(body) : body;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const sent = httpsRequest(
      `${url}${path}`,
      {
        ...{ method, agent },
        headers: { ...headers, ...(payload !== undefined && { 'content-type': type }), ...more },
      },
      (answer) => {
        text(answer).then((said) => {
          const { statusCode: status = 0 } = answer;
          if (status >= 200 && status < 300) resolve(said);
          else reject(new Error(`${method} ${path} was answered with ${status}: ${said}`));
        }, reject);
      },
    );
    sent.on('error', reject);
    sent.end(payload);
    return promise;
  }

  close(): void {
    this.#options.agent.destroy();
  }
}
