import { graphqlMutations } from './graphql-mutations.js';
import { send } from '../../support/raw-http.js';
import { toBase64 } from '../../support/secrets-world.js';

export interface SchemaCall {
  readonly url: string;
  readonly token: string;
}

export interface SchemaWrite {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Type of a new Secret; `Opaque` by default. */
  readonly type?: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface SchemaAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
  /** Field `Warning` of the answer. */
  readonly warning?: string;
}

export type Write = (call: SchemaCall, write: SchemaWrite) => Promise<SchemaAnswer>;

/** Transport of writes, and each of its ways to write a Secret with a `dsn` and a `note`. */
export interface SchemaTransport {
  readonly name: string;
  readonly create: Write;
  readonly writes: readonly [Write, ...Write[]];
  readonly label: Write;
}

const secrets = '/v1/namespaces/schemas/secrets';
const raw = '/kubernetes/api/v1/namespaces/schemas/secrets';
const json = { 'content-type': 'application/json' };

async function sent(
  { url, token }: SchemaCall,
  request: { method: string; path: string; headers?: Record<string, string>; body: unknown },
): Promise<SchemaAnswer> {
  const { body } = request;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await send(url, { headers: json, ...request, token, body: text });
  const warning = String(answer.headers['warning'] ?? '');
  return { ok: answer.status < 300, status: answer.status, text: answer.text, warning };
}

const rest: SchemaTransport = {
  name: 'REST',
  create: (call, { values, ...rest }) =>
    sent(call, { method: 'POST', path: secrets, body: { ...rest, stringData: values } }),
  writes: [
    (call, { name, labels, values }) =>
      sent(call, {
        method: 'PUT',
        path: `${secrets}/${name}`,
        body: { labels, stringData: values },
      }),
    (call, { name, values }) =>
      sent(call, {
        method: 'PATCH',
        path: `${secrets}/${name}`,
        headers: { 'content-type': 'application/merge-patch+json' },
        body: { stringData: changed(values) },
      }),
    (call, { name, values }) =>
      sent(call, {
        method: 'PATCH',
        path: `${secrets}/${name}`,
        headers: { 'content-type': 'application/json-patch+json' },
        body: Object.entries(changed(values)).map(([key, value]) => ({
          op: 'add',
          path: `/stringData/${key}`,
          value,
        })),
      }),
    async (call, { name, values }) => {
      const [[key, value] = ['', '']] = Object.entries(changed(values));
      const path = `${secrets}/${name}/keys/${key}`;
      const headers = { 'content-type': 'text/plain' };
      return sent(call, { method: 'PUT', path, headers, body: value });
    },
  ],
  label: (call, { name, labels }) =>
    sent(call, {
      method: 'PATCH',
      path: `${secrets}/${name}`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { labels },
    }),
};

/** A wrong `dsn` is the change that is refused; without one, the note is. */
function changed(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { dsn = '', note } = values;
  const isNote = note !== undefined && note !== 'x';
  return isNote ? { note } : { dsn };
}

function patchOf(contentType: string, bodyOf: (write: SchemaWrite) => unknown): Write {
  return (call, write) => {
    const query = contentType.includes('apply') ? '?fieldManager=test&force=true' : '';
    const path = `${raw}/${write.name}${query}`;
    return sent(call, {
      method: 'PATCH',
      path,
      headers: { 'content-type': contentType },
      body: bodyOf(write),
    });
  };
}

const data = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, toBase64(value)]));
const object = ({ name, labels, values, type }: SchemaWrite) => ({
  ...(type !== undefined && { type }),
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'schemas', labels },
  stringData: values,
});

const kubectl: SchemaTransport = {
  name: 'kubectl',
  create: (call, write) => sent(call, { method: 'POST', path: raw, body: object(write) }),
  writes: [
    (call, write) =>
      sent(call, { method: 'PUT', path: `${raw}/${write.name}`, body: object(write) }),
    patchOf('application/merge-patch+json', ({ values }) => ({ data: data(changed(values)) })),
    patchOf('application/strategic-merge-patch+json', ({ values }) => ({
      stringData: changed(values),
    })),
    patchOf('application/json-patch+json', ({ values }) =>
      Object.entries(data(changed(values))).map(([key, value]) => ({
        op: 'add',
        path: `/data/${key}`,
        value,
      })),
    ),
    patchOf('application/apply-patch+yaml', (write) => object(write)),
  ],
  label: patchOf('application/merge-patch+json', ({ labels }) => ({ metadata: { labels } })),
};

export const schemaTransports: readonly SchemaTransport[] = [
  rest,
  { name: 'GraphQL', ...graphqlMutations(sent) },
  kubectl,
];
