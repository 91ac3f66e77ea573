import { send } from '../../support/raw-http.js';

/** What a caller may want of a Secret, in the words of the authorisation table. */
export interface Question {
  readonly verb:
    | 'get'
    | 'list'
    | 'create'
    | 'update'
    | 'patch'
    | 'delete'
    | 'metadata'
    | 'read key'
    | 'write key'
    | 'delete key';
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

/** Those in which the gateway itself may act. */
export const boundNamespaces: readonly string[] = ['ns-one', 'ns-two'];

export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

interface Told {
  /** Of the problem, `''` for a success. */
  readonly code: string;
  readonly text: string;
}

export interface AskedDoor {
  readonly name: string;
  call(base: string, token: string, question: Question): Promise<Told>;
}

/** Any of these is enough: the table of rights, written a second time. */
export function rightsOf({ verb, namespace, name, key }: Question): readonly Right[] {
  const plain = (of: string, named: string = name) => {
    return { verb: of, group: '', resource: 'secrets', namespace, name: named };
  };
  const virtual = (of: string, resource: string, named: string) => {
    return { verb: of, group: 'sallyport.dev', resource, namespace, name: named };
  };
  const secretKey = `${name}/${key}`;
  switch (verb) {
    case 'get':
    case 'patch':
    case 'delete':
      return [plain(verb)];
    case 'create':
      return [plain('create', '')];
    case 'update':
      // Where nobody can look, either right leads to the fault that keeps the gateway from it.
      if (!boundNamespaces.includes(namespace)) return [plain('update'), plain('create', '')];
      return [name === 'gone' ? plain('create', '') : plain('update')];
    case 'list':
      return [plain('list'), virtual('list', 'secretmetadata', name)];
    case 'metadata':
      return [plain('get'), virtual('get', 'secretmetadata', name)];
    case 'read key':
      return [plain('get'), virtual('get', 'secretkeys', secretKey)];
    case 'write key':
      return [plain('patch'), virtual('update', 'secretkeys', secretKey)];
    case 'delete key':
      return [plain('patch'), virtual('delete', 'secretkeys', secretKey)];
  }
}

/** Single keys are written over REST alone. */
export function doors({ verb }: Question): readonly AskedDoor[] {
  return verb === 'write key' || verb === 'delete key' ? [rest] : [rest, graphql];
}

const rest: AskedDoor = {
  name: 'REST',
  async call(base, token, question) {
    const answer = await send(base, { token, ...restCall(question) });
    const isProblem = answer.headers['content-type']?.startsWith('application/problem+json');
    const code = isProblem ? String(answer.json()['code']) : '';
    return { code, text: answer.text };
  },
};

function restCall({ verb, namespace, name, key }: Question) {
  const collection = `/v1/namespaces/${namespace}/secrets`;
  const path = `${collection}/${name}`;
  const keyPath = `${path}/keys/${key}`;
  const body = { stringData: { new: 'text' } };
  switch (verb) {
    case 'get':
      return { path };
    case 'metadata':
      return { path: `${path}/metadata` };
    case 'list':
      return { path: `${collection}?fieldSelector=metadata.name%3D${name}` };
    case 'create':
      return { method: 'POST', path: `${collection}?dryRun=All`, body: { name, ...body } };
    case 'update':
      return { method: 'PUT', path: `${path}?dryRun=All`, body };
    case 'patch':
      return { method: 'PATCH', path: `${path}?dryRun=All`, body };
    case 'delete':
      return { method: 'DELETE', path: `${path}?dryRun=All` };
    case 'read key':
      return { path: keyPath };
    case 'write key':
      return { method: 'PUT', path: `${keyPath}?dryRun=All`, body: Buffer.from('text') };
    case 'delete key':
      return { method: 'DELETE', path: `${keyPath}?dryRun=All` };
  }
}

const graphql: AskedDoor = {
  name: 'GraphQL',
  async call(base, token, question) {
    const body = graphqlCall(question);
    const answer = await send(base, { method: 'POST', path: '/graphql', token, body });
    const { errors = [] } = answer.json<{ errors?: { extensions: { code: string } }[] }>();
    return { code: errors[0]?.extensions.code ?? '', text: answer.text };
  },
};

const mutations = {
  create: ['createSecret', 'CreateSecretInput'],
  update: ['replaceSecret', 'ReplaceSecretInput'],
  patch: ['patchSecret', 'PatchSecretInput'],
  delete: ['deleteSecret', 'DeleteSecretInput'],
} as const;

function graphqlCall({ verb, namespace, name, key }: Question) {
  const one = `secret(namespace: "${namespace}", name: "${name}")`;
  switch (verb) {
    case 'get':
      return { query: `{ ${one} { values { key } } }` };
    case 'metadata':
      return { query: `{ ${one} { type } }` };
    case 'read key':
      return { query: `{ ${one} { value(key: "${key}") } }` };
    case 'list': {
      const filter = `{ namespaces: ["${namespace}"], fieldSelector: "metadata.name=${name}" }`;
      return { query: `{ secrets(filter: ${filter}) { nodes { name } } }` };
    }
    case 'create':
    case 'update':
    case 'patch':
    case 'delete': {
      const [field, type] = mutations[verb];
      const values = verb === 'delete' ? {} : { stringData: { new: 'text' } };
      return {
        query: `mutation ($input: ${type}!) {
          ${field}(input: $input) { dryRun } }`,
        variables: { input: { namespace, name, dryRun: true, ...values } },
      };
    }
    default:
      throw new Error(`GraphQL has no way to ${verb}`);
  }
}
