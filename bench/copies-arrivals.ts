import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type AdminAccess, adminAgent } from './admin-access.js';
import { copyName } from './copies-world.js';

interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly metadata: { readonly namespace: string; readonly resourceVersion: string };
    readonly data?: { readonly value?: string };
  };
}

/** Times at which copies get a value, or go, as a watch of the API server shows them. */
export class CopyArrivals {
  readonly #access: AdminAccess;
  #stream: IncomingMessage | undefined;
  #resourceVersion = '';
  #isClosed = false;
  #isWanted: (event: WatchEvent) => boolean = () => false;
  #seen = new Map<string, number>();
  #expected = 0;
  #done: () => void = () => undefined;

  private constructor(access: AdminAccess) {
    this.#access = access;
  }

  static async open(access: AdminAccess): Promise<CopyArrivals> {
    const arrivals = new CopyArrivals(access);
    await arrivals.#watch();
    return arrivals;
  }

  /** Resolves with the time of each copy, once `count` of them have this value. */
  value(count: number, value: string): Promise<readonly number[]> {
    const data = Buffer.from(value).toString('base64');
    return this.#all(
      count,
      ({ type, object }) => type !== 'DELETED' && object.data?.value === data,
    );
  }

  /** Resolves with the time of the end of each copy, once `count` of them are gone. */
  gone(count: number): Promise<readonly number[]> {
    return this.#all(count, ({ type }) => type === 'DELETED');
  }

  close(): void {
    this.#isClosed = true;
    this.#stream?.destroy();
  }

  /** The API server ends the watch of a client that is too slow, so the watch then resumes. */
  #watch(): Promise<void> {
    return new Promise((resolve, reject) => {
      const agent = adminAgent(this.#access, 1);
      const from = this.#resourceVersion && `&resourceVersion=${this.#resourceVersion}`;
      const path = `/api/v1/secrets?watch=1&fieldSelector=metadata.name%3D${copyName}${from}`;
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

  #all(count: number, isWanted: (event: WatchEvent) => boolean): Promise<readonly number[]> {
    const { promise, resolve } = Promise.withResolvers<readonly number[]>();
    const seen = new Map<string, number>();
    this.#seen = seen;
    this.#expected = count;
    this.#isWanted = isWanted;
    this.#done = () => resolve([...seen.values()]);
    return promise;
  }

  #note(event: WatchEvent): void {
    const { namespace, resourceVersion } = event.object.metadata;
    this.#resourceVersion = resourceVersion;
    if (!this.#isWanted(event) || this.#seen.has(namespace)) return;
    this.#seen.set(namespace, performance.now());
    if (this.#seen.size === this.#expected) this.#done();
  }
}
