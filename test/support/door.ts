import request from 'supertest';

/** One call of one caller, as REST and as GraphQL say it; what it means is the same. */
export interface Case {
  readonly name: string;
  /** Who calls: a name among the tokens of the gateway under test. */
  readonly as: string;
  readonly rest: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly path: string;
    readonly body?: object;
    readonly headers?: Readonly<Record<string, string>>;
    /** What the answer says, in the words of `expect`; its JSON or text by default. */
    readonly read?: (body: never) => unknown;
  };
  readonly graphql: {
    readonly query: string;
    readonly variables?: object;
    readonly field: string;
    /** What the field says, in the words of `expect`; the field itself by default. */
    readonly read?: (field: never) => unknown;
  };
  readonly expect: Expected;
}

export interface Expected {
  /** Error code (docs/errors.md); undefined for a success. */
  readonly code?: string;
  /** Matched against what was read of the answer, or against the problem. */
  readonly data?: unknown;
  /** Members of the one audit event that the call must leave in the trail. */
  readonly event: object;
}

export interface Outcome {
  readonly ok: boolean;
  readonly code: string | undefined;
  readonly data: unknown;
  /** The event of the call, or the parent of its events. */
  readonly auditId: string;
  /** The whole answer. */
  readonly text: string;
}

/** Where the gateway listens, and who may call it. */
export interface Callers {
  readonly url: string;
  readonly tokens: Readonly<Record<string, string>>;
}

export interface Door {
  readonly name: string;
  call(callers: Callers, call: Case): Promise<Outcome>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface GraphqlBody {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string };
  }[];
}

export const REST: Door = {
  name: 'REST',
  async call({ url, tokens }, { as, rest }) {
    const { method, path, body, headers = {}, read = itself } = rest;
    const verb = method.toLowerCase() as Lowercase<typeof method>;
    const sent = request(url)[verb](path).set('authorization', bearer(tokens, as)).set(headers);
    const answer = answerOf(await (body === undefined ? sent : sent.send(body)));
    const parsed: unknown = isJson(answer) ? JSON.parse(answer.text) : answer.text;
    const ok = answer.status < 400;
    return {
      ok,
      code: ok ? undefined : (parsed as { readonly code: string }).code,
      data: ok ? read(parsed as never) : parsed,
      auditId: answer.headers['audit-id'] ?? '',
      text: answer.text,
    };
  },
};

export const GRAPHQL: Door = {
  name: 'GraphQL',
  async call({ url, tokens }, { as, graphql }) {
    const { query, variables = {}, field, read = itself } = graphql;
    const sent = request(url)
      .post('/graphql')
      .set('authorization', bearer(tokens, as))
      .set('accept', 'application/graphql-response+json')
      .send({ query, variables });
    const answer = answerOf(await sent);
    const body = JSON.parse(answer.text) as GraphqlBody;
    const [error] = body.errors ?? [];
    return {
      ok: error === undefined,
      code: error?.extensions.code,
      data: error
        ? { ...error.extensions, detail: error.message }
        : read(body.data?.[field] as never),
      auditId: answer.headers['audit-id'] ?? '',
      text: answer.text,
    };
  },
};

export const doors: readonly Door[] = [REST, GRAPHQL];

function bearer(tokens: Callers['tokens'], as: string): string {
  return `Bearer ${tokens[as]}`;
}

// supertest types its bodies as any; the text is all that is taken of them.
function answerOf({ status, text, headers }: request.Response): Answer {
  return { status, text, headers: headers as Record<string, string> };
}

function isJson({ headers }: Answer): boolean {
  return headers['content-type']?.includes('json') ?? false;
}

function itself(value: unknown): unknown {
  return value;
}
