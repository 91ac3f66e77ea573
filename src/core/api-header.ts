import { limits } from './limits.js';

/** Header of a request or a response, as the description of the API has it. */
export interface ApiHeader {
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly example: string | number;
}

const text = { type: 'string' } as const;

/** Headers of requests. Authorization and Content-Type are described elsewhere. */
export const requestHeaders = {
  'If-Match': {
    description:
      'The write is carried out only if the present state has one of these entity tags. Otherwise ' +
      'the response is 412. `*` stands for any state. RFC 9110 section 13.1.1.',
    schema: text,
    example: '"8f2c51d0-52b7-4a7b-9d6f-2b1f6a1c0b11.4711"',
  },
  'If-None-Match': {
    description:
      'The response is 304 if the present state has one of these entity tags. RFC 9110 section ' +
      '13.1.2.',
    schema: text,
    example: '"8f2c51d0-52b7-4a7b-9d6f-2b1f6a1c0b11.4711"',
  },
  'Idempotency-Key': {
    description:
      'Requests with the same key are carried out once within 24 hours; each has the same ' +
      'response. The same key with another request is 422.',
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: limits.idempotencyKeyCharactersMax,
      pattern: '^[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?$',
    },
    example: '0f1b8a52-7a0c-4c3a-9a55-5b6a8a1f9e10',
  },
  'Last-Event-ID': {
    description: 'Id of the last event of a former stream: the stream continues after it.',
    schema: { type: 'string', maxLength: 8_192 },
    example: 'eyJhIjoxfQ',
  },
  'X-Change-Reason': {
    description: 'Why the caller does this. The audit event and the version contain it.',
    schema: { type: 'string', maxLength: limits.changeReasonCharactersMax },
    example: 'TICKET-42: the former password leaked',
  },
  'X-Request-ID': {
    description:
      'Id of the request in logs; the response repeats it. The gateway creates an id if the header ' +
      `is absent, has more than ${limits.requestIdCharactersMax} characters, or has others than ` +
      'letters, digits and `._~:/+=@-`.',
    schema: text,
    example: 'deploy-2026-11-30-1',
  },
} as const satisfies Record<string, ApiHeader>;

export type RequestHeaderName = keyof typeof requestHeaders;

/** `If-None-Match` of a PUT. */
export const onlyNewHeader: ApiHeader = {
  description: '`*`: creates, and never replaces. RFC 9110 section 13.1.2.',
  schema: { type: 'string', enum: ['*'] },
  example: '*',
};

/** Headers of responses. */
export const responseHeaders = {
  'Audit-ID': {
    description: 'Id of the audit event of this request. Absent if there is no event.',
    schema: text,
    example: '01a22c8f-9b5b-7959-80b9-a734ef433e9b',
  },
  'X-Request-ID': {
    description: 'Id of the request in logs.',
    schema: text,
    example: 'deploy-2026-11-30-1',
  },
  RateLimit: {
    description:
      'What is left of the limit, and the seconds until all of it is available. ' +
      'draft-ietf-httpapi-ratelimit-headers.',
    schema: text,
    example: '"credential";r=1999;t=1',
  },
  'RateLimit-Policy': {
    description: 'The limit: requests, and the window in seconds.',
    schema: text,
    example: '"credential";q=2000;w=2',
  },
  'Retry-After': {
    description: 'Seconds after which a repetition may succeed.',
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  ETag: {
    description: 'Entity tag of the state: opaque, for If-Match and If-None-Match.',
    schema: text,
    example: '"8f2c51d0-52b7-4a7b-9d6f-2b1f6a1c0b11.4711"',
  },
  Location: {
    description: 'Path of what the request created.',
    schema: { type: 'string', format: 'uri-reference' },
    example: '/v1/namespaces/shop/secrets/db',
  },
  Link: {
    description: 'The next page as a relative reference, `rel="next"`; absent on the last page.',
    schema: text,
    example: '<?limit=2&continue=eyJhZnRlciI6ImIifQ>; rel="next"',
  },
  Warning: {
    description: 'Sentences for the author of the request, as the API server of Kubernetes sends.',
    schema: text,
    example: '299 - "value of password ends with a line feed"',
  },
  'Idempotent-Replayed': {
    description: '`true` if an earlier request with the same Idempotency-Key had this response.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  'WWW-Authenticate': {
    description: 'How to authenticate.',
    schema: text,
    example: 'Bearer',
  },
  'Content-Disposition': {
    description: 'Name for a file with the export.',
    schema: text,
    example: 'attachment; filename="sallyport-audit.csv"',
  },
  'Sallyport-Mode': {
    description: '`sandbox` if the gateway runs with its own API server for tests.',
    schema: { type: 'string', enum: ['sandbox'] },
    example: 'sandbox',
  },
} as const satisfies Record<string, ApiHeader>;

export type ResponseHeaderName = keyof typeof responseHeaders;
