import type { Case, Expected } from '../../support/door.js';

const namespace = 'pay';
const resultFields = '{ secret { name } created dryRun changes { added changed removed } }';
const versionFields = '{ version state aliases keys { name sizeBytes version } }';

type Before = readonly ['DELETE' | 'POST', string];

/** A call about the versions of one Secret, which a case is given the name of. */
export interface VersionCase {
  readonly name: string;
  /** Before the call: each as [method, path below the Secret], by the owner. */
  readonly before: readonly Before[];
  readonly of: (secret: string) => Case;
}

/** Each finds versions 1 { a: old-value }, 2 { a: new-value, b: more-values } and 3 { b }. */
export function versionCases(): readonly VersionCase[] {
  return [...reads(), ...restores(), ...states(), ...aliases(), ...denials()];
}

const failed = (action: string, code: string, status: number): Expected => ({
  code,
  event: { action, outcome: code === 'Forbidden' ? 'denied' : 'failed', code: status },
});
const done = (action: string, data: unknown, event: object = {}): Expected => ({
  data,
  event: { action, outcome: 'allowed', code: 200, plane: 'broker', ...event },
});

interface Call {
  readonly name: string;
  readonly as?: string;
  readonly version?: string;
  readonly alias?: string;
  readonly before?: readonly Before[];
  readonly options?: { readonly dryRun?: boolean };
  readonly expect: Expected;
}

function read(call: Call): VersionCase {
  const { as = 'owner', version = '2', expect } = call;
  return {
    name: call.name,
    before: call.before ?? [],
    of: (secret) => ({
      ...{ name: call.name, as, expect },
      rest: {
        method: 'GET',
        path: `/v1/namespaces/${namespace}/secrets/${secret}?version=${version}`,
      },
      graphql: {
        query: `query($n: String!, $v: String!) {
          secret(namespace: "${namespace}", name: $n, version: $v)
          { version values { key text } } }`,
        variables: { n: secret, v: version },
        field: 'secret',
        read: ({ values, ...rest }: { values: { key: string; text: string }[] }) => ({
          ...rest,
          stringData: Object.fromEntries(values.map(({ key, text }) => [key, text])),
        }),
      },
    }),
  };
}

function write(
  call: Call,
  field: string,
  rest: (version: string) => readonly ['DELETE' | 'POST' | 'PUT', string, object?],
): VersionCase {
  const { as = 'owner', version = '1', alias = 'good', expect, options = {} } = call;
  const isRestore = field === 'restoreSecretVersion';
  const isAlias = field.endsWith('VersionAlias');
  const [method, below, body] = rest(version);
  const query = options.dryRun ? '?dryRun=All' : '';
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const versionResult = as === 'owner' ? versionFields : '{ version state }';
  return {
    name: call.name,
    before: call.before ?? [],
    of: (secret) => ({
      ...{ name: call.name, as, expect },
      rest: {
        method,
        path: `/v1/namespaces/${namespace}/secrets/${secret}/${below}${query}`,
        ...(body ? { body } : {}),
        read: upper,
      },
      graphql: {
        query: `mutation($input: ${type}!) { ${field}(input: $input)
          ${isRestore ? resultFields : `{ version ${versionResult} }`} }`,
        variables: {
          input: {
            ...{ namespace, name: secret, ...options },
            ...(isAlias ? { alias } : {}),
            ...(field === 'removeVersionAlias' ? {} : { version }),
          },
        },
        field,
        ...(!isRestore && { read: (payload?: { readonly version: object }) => payload?.version }),
      },
    }),
  };
}

/** REST writes the names of states small. */
function upper(body: { readonly state?: string }): object {
  return body.state === undefined ? body : { ...body, state: body.state.toUpperCase() };
}

const restore = (call: Call) =>
  write(call, 'restoreSecretVersion', (version) => ['POST', `versions/${version}/restore`]);
const remove = (call: Call) =>
  write(call, 'deleteSecretVersion', (version) => ['DELETE', `versions/${version}`]);
const undelete = (call: Call) =>
  write(call, 'undeleteSecretVersion', (version) => ['POST', `versions/${version}/undelete`]);
const destroy = (call: Call) =>
  write(call, 'destroySecretVersion', (version) => ['POST', `versions/${version}/destroy`]);
const setAlias = (call: Call) =>
  write(call, 'setVersionAlias', (version) => [
    'PUT',
    `version-aliases/${call.alias ?? 'good'}`,
    { version },
  ]);
const removeAlias = (call: Call) =>
  write(call, 'removeVersionAlias', () => ['DELETE', `version-aliases/${call.alias ?? 'good'}`]);

const deleted = [['DELETE', 'versions/1']] as const;
const destroyed = [['POST', 'versions/1/destroy']] as const;

function reads(): readonly VersionCase[] {
  const values = { stringData: { a: 'new-value', b: 'more-values' }, version: 2 };
  const event = { keys: ['a', 'b'], version: 2 };
  return [
    read({ name: 'values by number', expect: done('secrets.reveal', values, event) }),
    read({
      name: 'values by alias',
      version: 'previous',
      expect: done('secrets.reveal', values, event),
    }),
    read({
      name: 'values of a number that there is not',
      version: '9',
      expect: failed('secrets.reveal', 'NotFound', 404),
    }),
    read({
      name: 'values of what names no version',
      version: 'No',
      expect: failed('secrets.reveal', 'BadRequest', 400),
    }),
    read({
      name: 'values of a deleted version',
      version: '1',
      before: deleted,
      expect: { ...failed('secrets.reveal', 'NotFound', 404), data: { state: 'deleted' } },
    }),
    read({
      name: 'values of a destroyed version',
      version: '1',
      before: destroyed,
      expect: failed('secrets.reveal', 'Destroyed', 410),
    }),
  ];
}

function restores(): readonly VersionCase[] {
  const action = 'versions.restore';
  const changes = { added: ['a'], changed: [], removed: ['b'] };
  return [
    restore({ name: 'a restore', expect: done(action, { changes }, { version: 1 }) }),
    restore({
      name: 'a restore of the current version, which writes nothing',
      version: 'current',
      expect: done(action, { changes: { added: [], changed: [], removed: [] } }, { version: 3 }),
    }),
    restore({
      name: 'a dry run of a restore',
      options: { dryRun: true },
      expect: done(action, { changes }, { version: 1, marks: ['dry-run'] }),
    }),
    restore({
      name: 'a restore by who may do nothing else',
      as: 'restorer',
      expect: done(action, { changes: null }, { version: 1 }),
    }),
    restore({
      name: 'a restore of a deleted version',
      before: deleted,
      expect: { ...failed(action, 'NotFound', 404), data: { state: 'deleted' } },
    }),
    restore({
      name: 'a restore of a destroyed version',
      before: destroyed,
      expect: failed(action, 'Destroyed', 410),
    }),
    restore({
      name: 'a restore of a number that there is not',
      version: '9',
      expect: failed(action, 'NotFound', 404),
    }),
  ];
}

function states(): readonly VersionCase[] {
  const gone = { version: 1, state: 'DELETED' };
  const lost = { version: 1, state: 'DESTROYED' };
  const event = { version: 1 };
  return [
    remove({ name: 'a delete', expect: done('versions.delete', gone, event) }),
    remove({
      name: 'a delete of what is deleted',
      before: deleted,
      expect: done('versions.delete', gone, event),
    }),
    remove({
      name: 'a delete of the current version',
      version: '3',
      expect: failed('versions.delete', 'Conflict', 409),
    }),
    remove({
      name: 'a delete of what is destroyed',
      before: destroyed,
      expect: failed('versions.delete', 'Destroyed', 410),
    }),
    remove({
      name: 'a dry run of a delete',
      options: { dryRun: true },
      expect: done('versions.delete', gone, { ...event, marks: ['dry-run'] }),
    }),
    remove({
      name: 'a delete by who may see no versions',
      as: 'remover',
      expect: done('versions.delete', gone, event),
    }),
    undelete({
      name: 'an undelete',
      before: deleted,
      expect: done('versions.undelete', { version: 1, state: 'LIVE' }, event),
    }),
    undelete({
      name: 'an undelete of what is live',
      as: 'restorer',
      expect: done('versions.undelete', { version: 1, state: 'LIVE' }, event),
    }),
    undelete({
      name: 'an undelete of what is destroyed',
      before: destroyed,
      expect: failed('versions.undelete', 'Destroyed', 410),
    }),
    destroy({ name: 'a destroy', expect: done('versions.destroy', lost, event) }),
    destroy({
      name: 'a destroy of what is destroyed, by who may see no versions',
      as: 'destroyer',
      before: destroyed,
      expect: done('versions.destroy', lost, event),
    }),
    destroy({
      name: 'a destroy of the current version',
      version: 'current',
      expect: failed('versions.destroy', 'Conflict', 409),
    }),
  ];
}

function aliases(): readonly VersionCase[] {
  const action = 'versions.update';
  return [
    setAlias({
      name: 'an alias',
      expect: done(action, { version: 1, aliases: ['good'] }, { version: 1 }),
    }),
    setAlias({
      name: 'an alias that the gateway keeps for itself',
      alias: 'current',
      expect: failed(action, 'Invalid', 422),
    }),
    setAlias({
      name: 'an alias that is none',
      alias: 'NO',
      expect: failed(action, 'BadRequest', 400),
    }),
    setAlias({
      name: 'an alias of a destroyed version',
      before: destroyed,
      expect: failed(action, 'Destroyed', 410),
    }),
    setAlias({
      name: 'an alias by who may see no versions',
      as: 'namer',
      expect: done(action, { version: 1 }, { version: 1 }),
    }),
    removeAlias({
      name: 'the end of an alias that there is not',
      expect: failed(action, 'NotFound', 404),
    }),
  ];
}

function denials(): readonly VersionCase[] {
  const as = 'nobody';
  const no = (action: string) => failed(action, 'Forbidden', 403);
  const name = (what: string) => `${what} without the right`;
  return [
    read({ name: name('values'), as, expect: no('secrets.reveal') }),
    read({
      name: 'values by who may read the Secret alone',
      as: 'reader',
      expect: no('secrets.reveal'),
    }),
    read({
      name: 'values by who may see versions alone',
      as: 'getter',
      expect: no('secrets.reveal'),
    }),
    restore({ name: name('a restore'), as: 'writer', expect: no('versions.restore') }),
    remove({ name: name('a delete'), as: 'restorer', expect: no('versions.delete') }),
    undelete({ name: name('an undelete'), as: 'remover', expect: no('versions.undelete') }),
    destroy({ name: name('a destroy'), as: 'remover', expect: no('versions.destroy') }),
    setAlias({ name: name('an alias'), as: 'getter', expect: no('versions.update') }),
    removeAlias({ name: name('the end of an alias'), as, expect: no('versions.update') }),
  ];
}
