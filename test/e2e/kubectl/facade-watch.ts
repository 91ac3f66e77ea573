import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { eventually } from '../../support/tokens-world.js';
import { namespace, type LibraryWorld } from './library-world.js';

export interface Frame {
  readonly type: string;
  readonly object: {
    readonly metadata: {
      readonly name: string;
      readonly resourceVersion: string;
      readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly data?: Readonly<Record<string, string>>;
    readonly code?: number;
  };
}

/** Where a watch is opened, and as whom. */
export interface WatchPlace {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
}

/** A watch of Secrets over https, without a library: its frames as they came, and when. */
export class RawWatch {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Text and arrival of each line. */
  readonly lines: { readonly text: string; readonly atMs: number }[] = [];
  /** Resolves with the time when the connection has ended, however it did. */
  readonly ended: Promise<number>;
  readonly #response: IncomingMessage;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ended = promise;
    response.on('error', () => undefined).on('close', () => resolve(Date.now()));
  }

  /** Opens it, and reads what comes. */
  static async open(place: WatchPlace, query = ''): Promise<RawWatch> {
    const watch = await RawWatch.openUnread(place, query);
    watch.read();
    return watch;
  }

  /** Opens it, and lets what comes wait. */
  static async openUnread({ url, ca, token }: WatchPlace, query = ''): Promise<RawWatch> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const target = `${url}/api/v1/namespaces/${namespace}/secrets?watch=true${query}`;
    request(target, {
      agent: new Agent({ ca, keepAlive: false }),
      headers: { authorization: `Bearer ${token}` },
    })
      .on('response', resolve)
      .on('error', reject)
      .end();
    return new RawWatch(await promise);
  }

  read(): void {
    createInterface({ input: this.#response })
      .on('line', (text) => this.lines.push({ text, atMs: Date.now() }))
      // It passes on those of the response.
      .on('error', () => undefined);
  }

  get frames(): readonly Frame[] {
    return this.lines.map(({ text }) => JSON.parse(text) as Frame);
  }

  /** Waits for a frame of this type, about this Secret where one is named. */
  async next(type: string, name?: string, mark = 0): Promise<Frame> {
    return eventually(async () => {
      const isOne = ({ type: its, object }: Frame) =>
        its === type && (name === undefined || object.metadata.name === name);
      const frame = this.frames.slice(mark).find(isOne);
      if (frame === undefined) throw new Error(`no ${type} of ${name}`);
      return Promise.resolve(frame);
    });
  }

  close(): void {
    this.#response.destroy();
  }
}

/** The façade, as somebody. */
export function facadeOf(world: LibraryWorld, token = world.token): WatchPlace {
  return { url: `${world.secure}/kubernetes`, ca: world.ca, token };
}
