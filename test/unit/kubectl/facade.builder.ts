import type { RawAnswer, RawCall, RawRequest, RawStream } from '../../../src/core/forwarding.js';
import { RawUpstream } from '../../../src/core/forwarding.js';
import type { ApiResourceRequest } from '../../../src/kubectl/domain/facade.js';

export interface Asked {
  readonly how: 'send' | 'open';
  readonly call: RawCall;
  readonly request: RawRequest;
}

type Answering = (asked: Asked) => RawAnswer | AsyncIterable<Buffer>;

/** An API server that answers as the test says, and what it was asked. */
export class AnsweringUpstream extends RawUpstream {
  readonly asked: Asked[] = [];
  readonly #answering: Answering;

  constructor(answering: Answering) {
    super();
    this.#answering = answering;
  }

  override async send(call: RawCall, request: RawRequest): Promise<RawAnswer> {
    const answer = this.#answer({ how: 'send', call, request });
    if ('body' in answer) return answer;
    throw new Error('this was to be opened');
  }

  override async open(call: RawCall, request: RawRequest): Promise<RawStream> {
    const answer = this.#answer({ how: 'open', call, request });
    if (!('body' in answer)) return { status: 200, headers: {}, chunks: answer };
    const { body, ...head } = answer;
    return { ...head, chunks: chunksOf(body) };
  }

  #answer(asked: Asked): RawAnswer | AsyncIterable<Buffer> {
    this.asked.push(asked);
    return this.#answering(asked);
  }
}

export async function* chunksOf(...bodies: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const body of bodies) yield Buffer.from(body);
}

export async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const read: Buffer[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read).toString();
}

/** The answer that an API server gives with a JSON document. */
export function jsonAnswer(document: unknown, headers: RawAnswer['headers'] = {}): RawAnswer {
  const body = Buffer.from(JSON.stringify(document));
  return { status: 200, headers: { 'content-type': 'application/json', ...headers }, body };
}

export function rawRequest(path: readonly string[], more: Partial<RawRequest> = {}): RawRequest {
  return { method: 'GET', path, query: [], accept: 'application/json', ...more };
}

export function resourceRequest(more: Partial<ApiResourceRequest>): ApiResourceRequest {
  const whole = { kind: 'resource', verb: 'get', group: '', version: 'v1' } as const;
  return { ...whole, resource: 'namespaces', subresource: '', namespace: '', name: '', ...more };
}
