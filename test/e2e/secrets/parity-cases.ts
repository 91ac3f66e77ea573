import type { Case, Expected } from '../../support/door.js';

/** A call on one Secret, in the few words in which the doors differ. */
interface Call {
  readonly name: string;
  readonly as?: string;
  readonly secret: string;
  readonly body?: object;
  readonly options?: { readonly dryRun?: boolean; readonly idempotencyKey?: string };
  readonly expect: Expected;
}

const namespace = 'parity';
const collection = `/v1/namespaces/${namespace}/secrets`;
const result =
  '{ secret { name type keys { name sizeBytes } } created dryRun changes { added changed removed } ' +
  'warnings }';
const flat = ({ secret, ...rest }: { readonly secret: object }) => ({ ...secret, ...rest });

const create = (call: Call) => write(call, 'POST', 'createSecret', 'CreateSecretInput');
const replace = (call: Call) => write(call, 'PUT', 'replaceSecret', 'ReplaceSecretInput');
const patch = (call: Call) => write(call, 'PATCH', 'patchSecret', 'PatchSecretInput');
const remove = (call: Call) => write(call, 'DELETE', 'deleteSecret', 'DeleteSecretInput');

const failed = (action: string, code: string, status: number): Expected => ({
  code,
  event: { action, outcome: code === 'Forbidden' ? 'denied' : 'failed', code: status },
});
const done = (action: string, code: number, data: object): Expected => ({
  data,
  event: { action, outcome: 'allowed', code },
});
const changes = (added: string[], changed: string[] = [], removed: string[] = []) => ({
  changes: { added, changed, removed },
});

/** Each case finds `present` with the keys a and b, `fixed` immutable and `absent` not there. */
export function parityCases(): readonly Case[] {
  return [...creates(), ...replaces(), ...patches(), ...removes(), ...reads()];
}

function creates(): readonly Case[] {
  const body = { stringData: { a: 'value-a', line: 'value-b\n' } };
  return [
    create({
      name: 'a create that warns of a line feed',
      secret: 'created',
      body,
      expect: done('secrets.create', 201, {
        ...changes(['a', 'line']),
        warnings: ['the value of line ends in a line feed; echo adds one, printf does not'],
      }),
    }),
    create({
      name: 'a create of what is there',
      secret: 'present',
      body,
      expect: failed('secrets.create', 'AlreadyExists', 409),
    }),
    create({
      name: 'a create without the right',
      as: 'reader',
      secret: 'absent',
      body,
      expect: failed('secrets.create', 'Forbidden', 403),
    }),
    create({
      name: 'a create whose type lacks its keys',
      secret: 'absent',
      body: { ...body, type: 'kubernetes.io/tls' },
      expect: failed('secrets.create', 'Invalid', 422),
    }),
    create({
      name: 'a dry run of a create',
      secret: 'absent',
      body,
      options: { dryRun: true },
      expect: done('secrets.create', 201, changes(['a', 'line'])),
    }),
  ];
}

function replaces(): readonly Case[] {
  const action = 'secrets.update';
  return [
    replace({
      name: 'a replace, which takes the key set as complete',
      secret: 'present',
      body: { stringData: { a: 'value-new', c: 'value-c' } },
      expect: done(action, 200, changes(['c'], ['a'], ['b'])),
    }),
    replace({
      name: 'a replace that creates',
      secret: 'put-new',
      body: { data: { a: 'AAH/' } },
      expect: done('secrets.create', 201, changes(['a'])),
    }),
    replace({
      name: 'a replace without values',
      secret: 'present',
      body: { labels: { l: '1' } },
      expect: failed(action, 'Invalid', 422),
    }),
    replace({
      name: 'a replace of a state that has passed',
      secret: 'present',
      body: { stringData: { a: 'value-new' }, resourceVersion: '1' },
      expect: failed(action, 'Conflict', 409),
    }),
    replace({
      name: 'a replace of values that are immutable',
      secret: 'fixed',
      body: { stringData: { a: 'value-new' } },
      expect: failed(action, 'Invalid', 422),
    }),
    replace({
      name: 'a replace by a writer without get, told no key names',
      as: 'writer',
      secret: 'present',
      body: { stringData: { a: 'value-new' } },
      expect: done(action, 200, { changes: null }),
    }),
  ];
}

function patches(): readonly Case[] {
  const action = 'secrets.patch';
  return [
    patch({
      name: 'a patch that sets and removes',
      secret: 'present',
      body: { stringData: { a: 'value-new', b: null } },
      expect: done(action, 200, changes([], ['a'], ['b'])),
    }),
    patch({
      name: 'a patch of nothing',
      secret: 'absent',
      body: { stringData: { a: 'value-new' } },
      expect: failed(action, 'NotFound', 404),
    }),
    patch({
      name: 'a patch of a key that both spellings name',
      secret: 'present',
      body: { stringData: { a: 'value-new' }, data: { a: null } },
      expect: failed(action, 'Invalid', 422),
    }),
    patch({
      name: 'a patch without the right',
      as: 'reader',
      secret: 'present',
      body: { stringData: { a: 'value-new' } },
      expect: failed(action, 'Forbidden', 403),
    }),
    patch({
      name: 'a patch of a state that has passed',
      secret: 'present',
      body: { stringData: { a: 'value-new' }, resourceVersion: '1' },
      expect: failed(action, 'Conflict', 409),
    }),
    patch({
      name: 'a dry run of a patch',
      secret: 'present',
      body: { stringData: { a: 'value-new' } },
      options: { dryRun: true },
      expect: done(action, 200, changes([], ['a'])),
    }),
  ];
}

function removes(): readonly Case[] {
  const action = 'secrets.delete';
  return [
    remove({
      name: 'a delete without the right',
      as: 'reader',
      secret: 'present',
      expect: failed(action, 'Forbidden', 403),
    }),
    remove({
      name: 'a delete of nothing',
      secret: 'absent',
      expect: failed(action, 'NotFound', 404),
    }),
    remove({
      name: 'a dry run of a delete',
      secret: 'present',
      options: { dryRun: true },
      expect: done(action, 200, changes([], [], ['a', 'b'])),
    }),
    remove({
      name: 'a delete under an Idempotency-Key',
      secret: 'present',
      options: { idempotencyKey: 'delete-1' },
      expect: done(action, 200, changes([], [], ['a', 'b'])),
    }),
  ];
}

function reads(): readonly Case[] {
  const metadata = { query: queryOf('present', 'keys { name sizeBytes }'), field: 'secret' };
  const key = { query: queryOf('present', 'value(key: "none")'), field: 'secret' };
  const list = `{ secrets(filter: { namespaces: ["${namespace}"] }) { nodes { name } } }`;
  return [
    {
      name: 'metadata without the right',
      as: 'writer',
      rest: { method: 'GET', path: `${collection}/present/metadata` },
      graphql: metadata,
      expect: failed('secrets.get', 'Forbidden', 403),
    },
    {
      name: 'a key that is not there',
      as: 'reader',
      rest: { method: 'GET', path: `${collection}/present/keys/none` },
      graphql: key,
      expect: { code: 'NotFound', event: { action: 'secrets.reveal' } },
    },
    {
      name: 'a list without the right',
      as: 'reader',
      rest: { method: 'GET', path: collection },
      graphql: { query: list, field: 'secrets' },
      expect: failed('secrets.list', 'Forbidden', 403),
    },
  ];
}

function write(
  call: Call,
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  field: string,
  inputType: string,
): Case {
  const { name, as = 'owner', secret, body, options = {}, expect } = call;
  const { dryRun = false, idempotencyKey } = options;
  const path = method === 'POST' ? collection : `${collection}/${secret}`;
  const sent = method === 'POST' ? { name: secret, ...body } : body;
  return {
    name,
    as,
    rest: {
      method,
      path: dryRun ? `${path}?dryRun=All` : path,
      ...(sent === undefined ? {} : { body: sent }),
      ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
    },
    graphql: {
      query: `mutation($input: ${inputType}!) { ${field}(input: $input) ${result} }`,
      variables: { input: { namespace, name: secret, ...body, ...options } },
      field,
      read: flat,
    },
    expect,
  };
}

function queryOf(name: string, selection: string): string {
  return `{ secret(namespace: "${namespace}", name: "${name}") { ${selection} } }`;
}
