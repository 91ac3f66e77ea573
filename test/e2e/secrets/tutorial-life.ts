import type { Case } from '../../support/door.js';

interface Subject {
  readonly namespace: string;
  readonly name: string;
}

/** A Secret of the tutorial: how it starts, and what happens to it. */
export interface Life extends Subject {
  readonly start: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly changed: { readonly key: string; readonly value: string };
}

interface Entry {
  readonly key: string;
  readonly text: string | null;
}

const summary = '{ name type labels keys { name sizeBytes } }';
const result = `{ secret ${summary} created changes { added changed removed } warnings }`;

const flat = ({ secret, ...rest }: { readonly secret: object }) => ({ ...secret, ...rest });
const textsOf = (entries: readonly Entry[]) =>
  Object.fromEntries(entries.map(({ key, text }) => [key, text]));
const keysOf = (values: Readonly<Record<string, string>>) =>
  Object.keys(values)
    .toSorted()
    .map((name) => ({ name, sizeBytes: Buffer.byteLength(values[name] ?? '') }));

/** From `create` to the last look at nothing, in order. */
export function casesOf(life: Life): readonly Case[] {
  const { key } = life.changed;
  return [
    create(life),
    list(life),
    describeWithoutValues(life),
    readOneKey(life, key),
    readOfStranger(life),
    change(life),
    readAll(life),
    remove(life),
    readNothing(life),
  ];
}

function create({ namespace, name, start, labels }: Life): Case {
  const keys = Object.keys(start).toSorted();
  const input = { name, labels, stringData: start };
  return {
    name: 'create',
    as: 'owner',
    rest: { method: 'POST', path: pathOf({ namespace }), body: input },
    graphql: {
      query: `mutation($input: CreateSecretInput!) { createSecret(input: $input) ${result} }`,
      variables: { input: { namespace, ...input } },
      field: 'createSecret',
      read: flat,
    },
    expect: {
      data: {
        name,
        type: 'Opaque',
        labels,
        keys: keysOf(start),
        changes: { added: keys, changed: [], removed: [] },
        warnings: [],
      },
      event: { action: 'secrets.create', secret: name, keys, code: 201, plane: 'caller' },
    },
  };
}

function list({ namespace, name, start, labels }: Life): Case {
  return {
    name: 'list',
    as: 'owner',
    rest: {
      method: 'GET',
      path: pathOf({ namespace }),
      read: ({ items }: { readonly items: unknown }) => items,
    },
    graphql: {
      query: `query($in: [String!]) { secrets(filter: { namespaces: $in }) { nodes ${summary} } }`,
      variables: { in: [namespace] },
      field: 'secrets',
      read: ({ nodes }: { readonly nodes: unknown }) => nodes,
    },
    expect: {
      data: [{ name, type: 'Opaque', labels, keys: keysOf(start) }],
      event: { action: 'secrets.list', keys: [], code: 200, plane: 'broker' },
    },
  };
}

function describeWithoutValues({ namespace, name, start, labels }: Life): Case {
  return {
    name: 'describe without values',
    as: 'owner',
    rest: { method: 'GET', path: `${pathOf({ namespace, name })}/metadata` },
    graphql: { ...secretQuery({ namespace, name }, summary.slice(1, -1)), field: 'secret' },
    expect: {
      data: { name, type: 'Opaque', labels, keys: keysOf(start) },
      event: { action: 'secrets.get', secret: name, keys: [], code: 200, plane: 'broker' },
    },
  };
}

function readOneKey({ namespace, name, start }: Life, key: string): Case {
  return {
    name: 'read one key',
    as: 'owner',
    rest: { method: 'GET', path: `${pathOf({ namespace, name })}/keys/${key}` },
    graphql: {
      ...secretQuery({ namespace, name }, `value(key: "${key}")`),
      field: 'secret',
      read: ({ value }: { readonly value: string }) => value,
    },
    expect: {
      data: start[key],
      event: { action: 'secrets.reveal', secret: name, keys: [key], code: 200, plane: 'broker' },
    },
  };
}

function readOfStranger({ namespace, name }: Life): Case {
  const subject = { namespace, name };
  const right = `cannot get resource "secrets" in API group "" in the namespace "${namespace}"`;
  const user = `User "system:serviceaccount:${namespace}:stranger"`;
  return {
    name: 'refuse a stranger, in the words of Kubernetes',
    as: 'stranger',
    rest: { method: 'GET', path: pathOf(subject) },
    graphql: { ...secretQuery(subject, 'values { key text }'), field: 'secret' },
    expect: {
      code: 'Forbidden',
      data: { detail: `secrets "${name}" is forbidden: ${user} ${right}` },
      event: {
        action: 'secrets.reveal',
        secret: name,
        code: 403,
        outcome: 'denied',
        user: `system:serviceaccount:${namespace}:stranger`,
      },
    },
  };
}

function change({ namespace, name, changed }: Life): Case {
  const stringData = { [changed.key]: changed.value };
  return {
    name: 'change one value',
    as: 'owner',
    rest: {
      method: 'PATCH',
      path: pathOf({ namespace, name }),
      body: { stringData },
      headers: { 'content-type': 'application/merge-patch+json' },
    },
    graphql: {
      query: `mutation($input: PatchSecretInput!) { patchSecret(input: $input) ${result} }`,
      variables: { input: { namespace, name, stringData } },
      field: 'patchSecret',
      read: flat,
    },
    expect: {
      data: { name, changes: { added: [], changed: [changed.key], removed: [] }, warnings: [] },
      // The broker read what was there before, so that the answer can say what changed.
      event: {
        action: 'secrets.patch',
        secret: name,
        keys: [changed.key],
        code: 200,
        plane: 'broker',
      },
    },
  };
}

function readAll({ namespace, name, start, changed }: Life): Case {
  return {
    name: 'read all values',
    as: 'owner',
    rest: {
      method: 'GET',
      path: pathOf({ namespace, name }),
      read: ({ stringData }: { readonly stringData: unknown }) => stringData,
    },
    graphql: {
      ...secretQuery({ namespace, name }, 'values { key text base64 }'),
      field: 'secret',
      read: ({ values }: { readonly values: readonly Entry[] }) => textsOf(values),
    },
    expect: {
      data: { ...start, [changed.key]: changed.value },
      event: {
        action: 'secrets.reveal',
        secret: name,
        keys: Object.keys(start).toSorted(),
        code: 200,
        plane: 'broker',
      },
    },
  };
}

function remove({ namespace, name, start }: Life): Case {
  return {
    name: 'delete',
    as: 'owner',
    rest: { method: 'DELETE', path: pathOf({ namespace, name }) },
    graphql: {
      query: `mutation($input: DeleteSecretInput!) { deleteSecret(input: $input) ${result} }`,
      variables: { input: { namespace, name } },
      field: 'deleteSecret',
      read: flat,
    },
    expect: {
      data: {
        name,
        changes: { added: [], changed: [], removed: Object.keys(start).toSorted() },
      },
      event: { action: 'secrets.delete', secret: name, code: 200, plane: 'broker' },
    },
  };
}

function readNothing({ namespace, name }: Life): Case {
  return {
    name: 'find nothing afterwards',
    as: 'owner',
    rest: { method: 'GET', path: pathOf({ namespace, name }) },
    graphql: { ...secretQuery({ namespace, name }, 'values { key text }'), field: 'secret' },
    expect: {
      code: 'NotFound',
      event: {
        action: 'secrets.reveal',
        secret: name,
        code: 404,
        outcome: 'failed',
        plane: 'caller',
      },
    },
  };
}

function secretQuery(variables: Subject, selection: string) {
  const parameters = '$namespace: String!, $name: String!';
  const call = 'secret(namespace: $namespace, name: $name)';
  return { query: `query(${parameters}) { ${call} { ${selection} } }`, variables };
}

function pathOf({ namespace, name }: { readonly namespace: string; readonly name?: string }) {
  const collection = `/v1/namespaces/${namespace}/secrets`;
  return name === undefined ? collection : `${collection}/${name}`;
}
