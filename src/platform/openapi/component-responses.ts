import { type ApiHeader, type ResponseHeaderName, responseHeaders } from '../../core/api-header.js';
import { type ErrorCode, errorTable } from '../../core/errors/error-table.js';
import type { AnswerRule, Operation } from '../../core/operation.js';
import type { Json } from '../../core/json-schema.js';
import type { ComponentSchemas } from './component-schemas.js';
import { problemSchema } from './problem-schema.js';

/** Headers of every response. */
const commonHeaders: readonly ResponseHeaderName[] = [
  'X-Request-ID',
  'Audit-ID',
  'RateLimit',
  'RateLimit-Policy',
  'Sallyport-Mode',
];
/** Problems that every operation may respond with. */
const commonProblems: readonly ErrorCode[] = [
  'BadRequest',
  'Unauthenticated',
  'Forbidden',
  'TooManyRequests',
  'Internal',
  'Unavailable',
  'Timeout',
];
const problemHeaders: Readonly<Record<number, readonly ResponseHeaderName[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** Name of the component of a status with problems. */
const problemNames: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthenticated',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'ContentTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  428: 'PreconditionRequired',
  429: 'TooManyRequests',
  431: 'HeadersTooLarge',
  500: 'Internal',
  503: 'Unavailable',
  504: 'Timeout',
};

/** Responses of the description; those with problems are components, one for each status. */
export class ComponentResponses {
  readonly #schemas: ComponentSchemas;
  readonly #used = new Set<number>();

  constructor(schemas: ComponentSchemas) {
    this.#schemas = schemas;
  }

  of(operation: Operation): Json {
    const problems = [...problemStatuses(operation)].toSorted((a, b) => a - b);
    for (const status of problems) this.#used.add(status);
    return {
      ...Object.fromEntries(operation.answers.map((rule) => [rule.status, this.#success(rule)])),
      ...Object.fromEntries(problems.map((status) => [status, { $ref: referenceTo(status) }])),
      default: { $ref: '#/components/responses/Problem' },
    };
  }

  /** Returns the responses with problems, by name. */
  all(): Json {
    const statuses = [...this.#used].toSorted((a, b) => a - b);
    const named = statuses.map((status) => [problemNames[status] ?? '', this.#problem(status)]);
    return Object.fromEntries([...named, ['Problem', this.#anyProblem()]]) as Json;
  }

  #success({ description, headers = [], schema, content = {}, events }: AnswerRule): Json {
    const bodies = Object.entries({
      ...(schema && { 'application/json': schema }),
      ...content,
    }).map(([mediaType, body]) => {
      // The schema of a stream is that of its text, and names that of the data of each event.
      const isStream = events !== undefined && mediaType === 'text/event-stream';
      const inside = isStream ? { contentSchema: this.#schemas.reference(events) } : {};
      return [mediaType, { schema: { ...this.#schemas.ofBody(body), ...inside } }] as const;
    });
    return {
      description,
      headers: headersOf([...commonHeaders, ...headers]),
      ...(bodies.length > 0 && { content: Object.fromEntries(bodies) }),
    };
  }

  #problem(status: number): Json {
    const codes = codesOf(status);
    const titles = codes.map((code) => `\`${code}\``).join(' or ');
    const description = `A problem of code ${titles}: see docs/errors.md.`;
    return this.#withProblem(description, problemHeaders[status] ?? []);
  }

  #anyProblem(): Json {
    return this.#withProblem('Any other problem; `code` says which.', ['Retry-After']);
  }

  #withProblem(description: string, headers: readonly ResponseHeaderName[]): Json {
    const schema = this.#schemas.reference(problemSchema);
    return {
      description,
      headers: headersOf([...commonHeaders, ...headers]),
      content: { 'application/problem+json': { schema } },
    };
  }
}

/** Returns all headers of responses as components. */
export function componentHeaders(): Json {
  const entries = Object.entries<ApiHeader>(responseHeaders);
  return Object.fromEntries(
    entries.map(([name, { description, schema, example }]) => [
      name,
      { description, schema, example },
    ]),
  );
}

/** Returns the statuses of the problems of an operation, by its codes, headers and body. */
export function problemStatuses({
  headers = [],
  body,
  problems = [],
}: Operation): ReadonlySet<number> {
  const codes: readonly ErrorCode[] = [...commonProblems, ...problems];
  const isConditional = headers.some((name) => name === 'If-Match' || name === 'If-None-Match');
  const statuses = codes
    .flatMap((code): readonly number[] => errorTable[code].statuses)
    .filter((status) => status !== 412 || isConditional);
  const ofBody = body === undefined ? [] : [413, 415];
  return new Set([...statuses, ...ofBody, 431]);
}

function codesOf(status: number): readonly string[] {
  return Object.entries(errorTable)
    .filter(([, { statuses }]) => (statuses as readonly number[]).includes(status))
    .map(([code]) => code);
}

function headersOf(names: readonly ResponseHeaderName[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function referenceTo(status: number): string {
  return `#/components/responses/${problemNames[status] ?? ''}`;
}
