import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type AdminAccess, adminAgent } from './admin-access.js';
import type { SyncPlace } from './sync-world.js';

interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly metadata: {
      readonly namespace: string;
      readonly name: string;
      readonly resourceVersion: string;
    };
    readonly data?: { readonly value?: string };
  };
}

/** Times at which Secrets get a value, as a watch of the API server shows them. */
export class SecretArrivals {
  readonly #access: AdminAccess;
  /** By namespace, name and value. */
  readonly #awaited = new Map<string, (atMs: number) => void>();
  #stream: IncomingMessage | undefined;
  #resourceVersion: string;
  #isClosed = false;

  private constructor(access: AdminAccess, resourceVersion: string) {
    this.#access = access;
    this.#resourceVersion = resourceVersion;
  }

  /** Watches all Secrets from this version on. */
  static async open(access: AdminAccess, resourceVersion: string): Promise<SecretArrivals> {
    const arrivals = new SecretArrivals(access, resourceVersion);
    await arrivals.#watch();
    return arrivals;
  }

  /** Resolves with the time at which the key `value` of a Secret has this value. */
  value({ namespace, name }: SyncPlace, value: string): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const data = Buffer.from(value).toString('base64');
    this.#awaited.set(`${namespace}/${name}/${data}`, resolve);
    return promise;
  }

  close(): void {
    this.#isClosed = true;
    this.#stream?.destroy();
  }

  /** The API server ends a watch after some time, so the watch then resumes. */
  #watch(): Promise<void> {
    return new Promise((resolve, reject) => {
      const agent = adminAgent(this.#access, 1);
      const path = `/api/v1/secrets?watch=1&resourceVersion=${this.#resourceVersion}`;
      const request = httpsRequest(`${this.#access.url}${path}`, { agent }, (stream) => {
        this.#read(stream);
        resolve();
      });
      request.on('error', reject);
      request.end();
    });
  }

  #read(stream: IncomingMessage): void {
    this.#stream = stream;
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#note(JSON.parse(line) as WatchEvent);
    });
    stream.on('close', () => {
      if (!this.#isClosed) void this.#watch();
    });
  }

  #note({ object: { metadata, data } }: WatchEvent): void {
    const { namespace, name, resourceVersion } = metadata;
    this.#resourceVersion = resourceVersion;
    const key = `${namespace}/${name}/${data?.value}`;
    this.#awaited.get(key)?.(performance.now());
    this.#awaited.delete(key);
  }
}
