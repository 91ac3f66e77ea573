import { expect } from 'vitest';
import type { FastifyInstance, InjectOptions } from 'fastify';

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
export type Headers = Readonly<Record<string, string>>;

export interface RestRequest {
  readonly method: Method;
  readonly path: string;
  /** Objects go out as JSON; text and bytes as they are. */
  readonly body?: object | string | Buffer | undefined;
  readonly headers?: Headers | undefined;
}

interface Change {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Members of answers that tests look at; which ones are there depends on the route. */
export interface AnswerBody {
  readonly [member: string]: unknown;
  readonly uid: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly changes: Change | null;
  readonly warnings: readonly string[];
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly auditId: string;
  readonly errors: readonly { readonly pointer: string; readonly reason: string }[];
  readonly items: readonly AnswerBody[];
  readonly continue?: string;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  readonly bytes: Buffer;
  readonly body: AnswerBody;
}

/** One caller in front of the gateway; no write that it sends may be answered with a value. */
export class RestCaller {
  readonly #fastify: FastifyInstance;
  readonly #token: string;

  constructor(fastify: FastifyInstance, token: string) {
    this.#fastify = fastify;
    this.#token = token;
  }

  async send(request: RestRequest): Promise<RestAnswer> {
    const { method, path, body, headers } = request;
    const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    const options: InjectOptions = {
      method,
      url: path,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(isRaw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: isRaw ? body : JSON.stringify(body) }),
    };
    const response = await this.#fastify.inject(options);
    const isJson = /json/.test(String(response.headers['content-type']));
    const answer = {
      status: response.statusCode,
      headers: response.headers as Readonly<Record<string, string | undefined>>,
      text: response.body,
      bytes: response.rawPayload,
      body: (isJson && response.body !== '' ? JSON.parse(response.body) : {}) as AnswerBody,
    };
    if (method !== 'GET' && method !== 'HEAD') expectNoValue(answer, body);
    return answer;
  }

  get(path: string, headers?: Headers): Promise<RestAnswer> {
    return this.send({ method: 'GET', path, headers });
  }

  post(path: string, body: object | string, headers?: Headers): Promise<RestAnswer> {
    return this.send({ method: 'POST', path, body, headers });
  }

  put(path: string, body: object | string | Buffer, headers?: Headers): Promise<RestAnswer> {
    return this.send({ method: 'PUT', path, body, headers });
  }

  delete(path: string, headers?: Headers): Promise<RestAnswer> {
    return this.send({ method: 'DELETE', path, headers });
  }

  /** RFC 7396. */
  merge(path: string, body: object | string, headers?: Headers): Promise<RestAnswer> {
    const mediaType = { 'content-type': 'application/merge-patch+json' };
    return this.send({ method: 'PATCH', path, body, headers: { ...mediaType, ...headers } });
  }

  /** RFC 6902. */
  jsonPatch(path: string, body: readonly object[], headers?: Headers): Promise<RestAnswer> {
    const mediaType = { 'content-type': 'application/json-patch+json' };
    return this.send({ method: 'PATCH', path, body, headers: { ...mediaType, ...headers } });
  }
}

// Shorter texts are found in any metadata by chance.
const TELLING_LENGTH = 5;

/** Nothing that was sent as a value comes back, as it was, decoded or in base64. */
export function expectNoValue(answer: { readonly text: string }, sent: RestRequest['body']): void {
  for (const value of valuesIn(sent)) {
    if (value.length < TELLING_LENGTH) continue;
    for (const spelling of spellingsOf(value)) expect(answer.text).not.toContain(spelling);
  }
}

function spellingsOf(value: string): string[] {
  const decoded = Buffer.from(value, 'base64').toString('latin1');
  const inJson = JSON.stringify(value).slice(1, -1);
  const all = [value, inJson, Buffer.from(value).toString('base64'), decoded];
  return all.filter((spelling) => spelling.length >= TELLING_LENGTH);
}

function valuesIn(sent: unknown): string[] {
  if (typeof sent === 'string' || Buffer.isBuffer(sent)) return [sent.toString()];
  if (Array.isArray(sent)) {
    const operations = sent as readonly { readonly path?: string; readonly value?: unknown }[];
    const ofKeys = operations.filter(({ path = '' }) => /^\/(stringData|data)\//.test(path));
    return ofKeys.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  }
  const { stringData, data } = Object(sent) as Record<'stringData' | 'data', unknown>;
  const values: unknown[] = [stringData, data].flatMap((map) => Object.values(Object(map)));
  return values.filter((value) => typeof value === 'string');
}
