import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { eventually } from '../../support/tokens-world.js';

export interface ReadEvent {
  readonly id: string;
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly version?: number | null;
    readonly resourceVersion?: string;
    readonly etag?: string;
    readonly changedKeys?: readonly string[];
    /** Of an import. */
    readonly state?: string;
  };
}

/** Where a stream is opened, as whom, and behind which event. */
export interface StreamPlace {
  readonly base: string;
  readonly path: string;
  readonly token: string;
  readonly after?: string | undefined;
}

/** A client of server-sent events: what came, and when it ended. */
export class EventReader {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly events: ReadEvent[] = [];
  /** Resolves with the time when the connection has ended, however it did. */
  readonly ended: Promise<number>;
  /** Whether the server has ended the stream as any answer ends. */
  isComplete = false;
  text = '';
  readonly #response: IncomingMessage;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ended = promise;
    response.on('end', () => (this.isComplete = true));
    response.on('error', () => undefined).on('close', () => resolve(Date.now()));
  }

  /** Opens a stream, and reads what comes. */
  static async open(place: StreamPlace): Promise<EventReader> {
    const reader = await EventReader.openUnread(place);
    reader.read();
    return reader;
  }

  /** Opens a stream, and lets what comes wait. */
  static async openUnread({ base, path, token, after }: StreamPlace): Promise<EventReader> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...(after === undefined ? {} : { 'last-event-id': after }),
    };
    request(new URL(path, base), { agent: new Agent({ keepAlive: false }), headers })
      .on('response', resolve)
      .on('error', reject)
      .end();
    return new EventReader(await promise);
  }

  read(): void {
    let rest = '';
    this.#response.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
      const frames = (rest + chunk).split('\n\n');
      rest = frames.pop() ?? '';
      this.events.push(...frames.flatMap(eventIn));
    });
  }

  /** `type name` of each event. */
  get lines(): readonly string[] {
    return this.events.map(({ type, data }) => [type, data.name].filter(Boolean).join(' '));
  }

  get lastId(): string | undefined {
    return this.events.at(-1)?.id;
  }

  /** Waits until the lines from `mark` on are these. */
  tells(lines: readonly string[], mark = 0): Promise<void> {
    return eventually(async () => {
      const told = this.lines.slice(mark);
      if (told.join() !== lines.join()) throw new Error(`told: ${told.join(', ')}`);
      return Promise.resolve();
    });
  }

  close(): void {
    this.#response.destroy();
  }
}

function eventIn(frame: string): ReadEvent[] {
  const fields = new Map(
    frame.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    }),
  );
  const id = fields.get('id') ?? '';
  const data = fields.get('data');
  if (data === undefined) return [];
  return [{ id, type: fields.get('event') ?? '', data: JSON.parse(data) as ReadEvent['data'] }];
}
