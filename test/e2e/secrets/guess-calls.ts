import { allOfSecrets, type Rule } from '../../support/gateway.js';
import type { Call } from '../../support/raw-http.js';
import { virtual } from '../../support/tokens-world.js';

/** A caller who may write and may not read values. */
export type Guesser = 'writer' | 'historian' | 'keyWriter' | 'token';

/** One write that repeats a stored value, or does not. */
export interface GuessCall {
  readonly name: string;
  readonly as: Guesser;
  /** What a caller without the right to read gets, whatever the guess. */
  readonly status: number;
  readonly call: (guess: string) => Pick<Call, 'method' | 'path' | 'body' | 'headers'>;
}

const writes: Rule = { verbs: ['create', 'update', 'patch', 'delete'], resources: ['secrets'] };

export const rightsOf = {
  writer: [writes],
  historian: [writes, virtual('secretversions', 'list')],
  keyWriter: [
    {
      ...virtual('secretkeys', 'update'),
      resourceNames: ['open/pin', 'fixed/pin', 'keyed/pin'],
    },
  ],
  minter: [allOfSecrets],
  restorer: [virtual('secretversions/restore', 'create')],
} as const satisfies Record<string, readonly Rule[]>;

const base64 = (text: string) => Buffer.from(text).toString('base64');
const json = { 'content-type': 'application/json' };
const patchType = (type: string) => ({ 'content-type': `application/${type}` });

/** Dry runs on a mutable Secret; on an immutable one also real writes. */
const attempts = [
  { name: 'open', query: '?dryRun=All', dryRun: true, isOpen: true },
  { name: 'fixed', query: '?dryRun=All', dryRun: true, isOpen: false },
  { name: 'fixed', query: '', dryRun: false, isOpen: false },
] as const;

type Attempt = (typeof attempts)[number];

const nameOf = (what: string, { name, query }: Attempt) => `${what} of ${name}${query}`;

export function restCalls(namespace: string): readonly GuessCall[] {
  const at = ({ name, query }: Attempt, rest = '') =>
    `/v1/namespaces/${namespace}/secrets/${name}${rest}${query}`;
  return attempts.flatMap((attempt): readonly GuessCall[] => {
    const status = attempt.isOpen ? 200 : 422;
    const put = (as: Guesser): GuessCall => ({
      ...{ name: nameOf(`PUT by ${as}`, attempt), as, status },
      call: (pin) => ({
        method: 'PUT',
        path: at(attempt),
        headers: json,
        body: { stringData: { pin } },
      }),
    });
    return [
      put('writer'),
      put('historian'),
      {
        ...{ name: nameOf('merge patch', attempt), as: 'historian', status },
        call: (pin) => ({
          method: 'PATCH',
          path: at(attempt),
          headers: patchType('merge-patch+json'),
          body: { stringData: { pin } },
        }),
      },
      {
        ...{ name: nameOf('JSON patch', attempt), as: 'writer', status },
        call: (value) => ({
          method: 'PATCH',
          path: at(attempt),
          headers: patchType('json-patch+json'),
          body: [{ op: 'replace', path: '/stringData/pin', value }],
        }),
      },
      {
        ...{ name: nameOf('PUT key', attempt), as: 'keyWriter', status },
        call: (body) => ({ method: 'PUT', path: at(attempt, '/keys/pin'), body }),
      },
    ];
  });
}

export function graphqlCalls(namespace: string): readonly GuessCall[] {
  const fields = ['replaceSecret', 'patchSecret'] as const;
  return attempts.flatMap((attempt) =>
    fields.map((field): GuessCall => {
      const type = field === 'replaceSecret' ? 'ReplaceSecretInput' : 'PatchSecretInput';
      const query = `mutation ($input: ${type}!) {
        ${field}(input: $input) {
          created dryRun warnings changes { changed }
          secret { uid resourceVersion version updatedAt keys { name sizeBytes } } } }`;
      return {
        ...{ name: nameOf(field, attempt), as: 'historian', status: 200 },
        call: (pin) => {
          const { name, dryRun } = attempt;
          const variables = { input: { namespace, name, dryRun, stringData: { pin } } };
          return { method: 'POST', path: '/graphql', body: { query, variables } };
        },
      };
    }),
  );
}

export function facadeCalls(namespace: string): readonly GuessCall[] {
  const object = (name: string, pin: string) => ({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque' },
    ...{ data: { pin: base64(pin) }, immutable: name === 'fixed' ? true : undefined },
  });
  const patches = {
    'merge-patch+json': (pin: string) => ({ data: { pin: base64(pin) } }),
    'strategic-merge-patch+json': (pin: string) => ({ stringData: { pin } }),
    'json-patch+json': (pin: string) => [{ op: 'replace', path: '/data/pin', value: base64(pin) }],
  };
  return attempts.flatMap((attempt): readonly GuessCall[] => {
    const { name, query, isOpen } = attempt;
    const path = `/kubernetes/api/v1/namespaces/${namespace}/secrets/${name}${query}`;
    const status = isOpen ? 200 : 422;
    const applied = `${path}${query === '' ? '?' : '&'}fieldManager=guess`;
    const apply = (parameters: string, expected: number): GuessCall => ({
      ...{ name: nameOf(`apply${parameters}`, attempt), as: 'token', status: expected },
      call: (pin) => ({
        method: 'PATCH',
        path: `${applied}${parameters}`,
        headers: patchType('apply-patch+yaml'),
        body: JSON.stringify(object(name, pin)),
      }),
    });
    return [
      {
        ...{ name: nameOf('update', attempt), as: 'token', status },
        call: (pin) => ({ method: 'PUT', path, headers: json, body: object(name, pin) }),
      },
      ...Object.entries(patches).map(([type, body]): GuessCall => ({
        ...{ name: nameOf(type, attempt), as: 'token', status },
        call: (pin) => ({ method: 'PATCH', path, headers: patchType(type), body: body(pin) }),
      })),
      apply('', 403),
      apply('&force=true', status),
    ];
  });
}
