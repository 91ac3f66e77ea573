import { newCanary } from '../support/canary.js';
import type { Call } from '../support/raw-http.js';

export const canary = newCanary();
const base64 = Buffer.from(canary, 'utf8').toString('base64');
export const collection = '/v1/namespaces/pay/secrets';
export const item = `${collection}/db`;

/** Reads that must show the value, in one form or another: the positive control on the wire. */
export const reads: readonly (readonly [string, Call])[] = [
  ['the Secret', { path: item }],
  ['the Secret in base64', { path: `${item}?encoding=base64` }],
  ...['json', 'env', 'yaml', 'properties'].map(
    (format) => [`format ${format}`, { path: `${item}?format=${format}` }] as const,
  ),
  ['one key', { path: `${item}/keys/password` }],
  ['values', { path: '/v1/namespaces/pay/values?secret=db' }],
  ['values in a format', { path: '/v1/namespaces/pay/values?secret=db/password&format=env' }],
];

export const json = { 'content-type': 'application/json' };
const jsonPatch = { 'content-type': 'application/json-patch+json' };
const patchOf = (...operations: object[]) => ({
  method: 'PATCH',
  path: item,
  headers: jsonPatch,
  body: JSON.stringify(operations),
});
const huge = canary.repeat(Math.ceil((1024 * 1024) / canary.length) + 1);

/** Everything that is answered without values: lists, writes that succeed and writes that fail. */
export const silent: readonly (readonly [string, Call, number])[] = [
  ['list', { path: collection }, 200],
  ['union list', { path: '/v1/secrets' }, 200],
  ['metadata', { path: `${item}/metadata` }, 200],
  [
    'POST',
    { method: 'POST', path: collection, body: { name: 'n1', stringData: { a: canary } } },
    201,
  ],
  [
    'POST in base64',
    { method: 'POST', path: collection, body: { name: 'n2', data: { a: base64 } } },
    201,
  ],
  [
    'POST again',
    { method: 'POST', path: collection, body: { name: 'n1', stringData: { a: canary } } },
    409,
  ],
  [
    'POST, dry run',
    {
      method: 'POST',
      path: `${collection}?dryRun=All`,
      body: { name: 'n3', stringData: { a: canary } },
    },
    201,
  ],
  ['PUT', { method: 'PUT', path: item, body: { stringData: { password: `${canary}2` } } }, 200],
  [
    'PUT, dry run',
    { method: 'PUT', path: `${item}?dryRun=All`, body: { stringData: { x: canary } } },
    200,
  ],
  ['merge PATCH', { method: 'PATCH', path: item, body: { stringData: { password: canary } } }, 200],
  ['JSON PATCH', patchOf({ op: 'add', path: '/stringData/other', value: canary }), 200],
  [
    'JSON PATCH whose test holds',
    patchOf({ op: 'test', path: '/stringData/other', value: canary }),
    200,
  ],
  [
    'PUT of a key',
    { method: 'PUT', path: `${item}/keys/raw`, body: Buffer.from(`${canary}\n`) },
    201,
  ],
  ['DELETE of a key', { method: 'DELETE', path: `${item}/keys/raw` }, 200],

  [
    'cut JSON',
    { method: 'POST', path: collection, headers: json, body: `{"stringData":{"a":"${canary}` },
    400,
  ],
  [
    'JSON with garbage behind',
    { method: 'POST', path: collection, headers: json, body: `{}${canary}` },
    400,
  ],
  ['bare value as JSON', { method: 'PUT', path: item, headers: json, body: canary }, 400],
  [
    'invalid UTF-8',
    {
      method: 'PUT',
      path: item,
      headers: json,
      body: Buffer.concat([Buffer.from(`{"a":"${canary}`), Buffer.from([0xff])]),
    },
    400,
  ],
  [
    'deep nesting',
    {
      method: 'PUT',
      path: item,
      headers: json,
      body: `${'['.repeat(40)}${JSON.stringify(canary)}${']'.repeat(40)}`,
    },
    400,
  ],
  [
    'key given twice',
    {
      method: 'PUT',
      path: item,
      headers: json,
      body: `{"stringData":{"a":${JSON.stringify(canary)},"a":""}}`,
    },
    422,
  ],
  [
    'a text as the body',
    { method: 'PUT', path: item, headers: json, body: JSON.stringify(canary) },
    422,
  ],
  [
    'a number as a value',
    { method: 'PUT', path: item, body: { stringData: { a: 7, b: canary } } },
    422,
  ],
  ['a list as values', { method: 'PUT', path: item, body: { stringData: [canary] } }, 422],
  ['a text as values', { method: 'PUT', path: item, body: { stringData: canary } }, 422],
  ['bad base64', { method: 'PUT', path: item, body: { data: { a: canary } } }, 422],
  [
    'base64 without padding',
    { method: 'PUT', path: item, body: { data: { a: `${base64.replace(/=+$/, '')}A` } } },
    422,
  ],
  [
    'a value as a type',
    { method: 'PUT', path: item, body: { stringData: { a: '' }, type: canary } },
    422,
  ],
  [
    'a value as a label',
    { method: 'PUT', path: item, body: { stringData: { a: '' }, labels: { a: canary } } },
    422,
  ],
  [
    'a value as immutable',
    { method: 'PUT', path: item, body: { stringData: { a: '' }, immutable: canary } },
    422,
  ],
  [
    'a value as resourceVersion',
    { method: 'PUT', path: item, body: { stringData: { a: '' }, resourceVersion: canary } },
    409,
  ],
  [
    'a wrong TLS pair',
    {
      method: 'POST',
      path: collection,
      body: {
        name: 'tls',
        type: 'kubernetes.io/tls',
        stringData: { 'tls.crt': canary, 'tls.key': canary },
      },
    },
    422,
  ],
  [
    'a wrong docker config',
    {
      method: 'POST',
      path: collection,
      body: {
        name: 'docker',
        type: 'kubernetes.io/dockerconfigjson',
        stringData: { '.dockerconfigjson': `{"auths":"${canary}"}` },
      },
    },
    422,
  ],
  [
    'a docker config that is no JSON',
    {
      method: 'POST',
      path: collection,
      body: {
        name: 'docker',
        type: 'kubernetes.io/dockerconfigjson',
        stringData: { '.dockerconfigjson': canary },
      },
    },
    422,
  ],
  [
    'a wrong SSH key',
    {
      method: 'POST',
      path: collection,
      body: {
        name: 'ssh',
        type: 'kubernetes.io/ssh-auth',
        stringData: { 'ssh-privatekey': canary },
      },
    },
    422,
  ],
  [
    'a bootstrap token',
    {
      method: 'POST',
      path: collection,
      body: {
        name: 'boot',
        type: 'bootstrap.kubernetes.io/token',
        stringData: { 'token-secret': canary },
      },
    },
    422,
  ],
  [
    'a value in both spellings',
    { method: 'PUT', path: item, body: { stringData: { a: canary }, data: { a: base64 } } },
    422,
  ],
  ['too large a value', { method: 'PUT', path: item, body: { stringData: { a: huge } } }, 413],
  [
    'too large a raw value',
    { method: 'PUT', path: `${item}/keys/raw`, body: Buffer.from(huge) },
    413,
  ],
  [
    'a wrong media type',
    { method: 'PUT', path: item, headers: { 'content-type': 'text/plain' }, body: canary },
    415,
  ],
  [
    'a form as a key',
    {
      method: 'PUT',
      path: `${item}/keys/raw`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: canary,
    },
    415,
  ],
  [
    'a failed If-Match',
    {
      method: 'PUT',
      path: item,
      headers: { 'if-match': '"x.1"' },
      body: { stringData: { a: canary } },
    },
    412,
  ],
  [
    'a failed resourceVersion',
    { method: 'PUT', path: item, body: { stringData: { a: canary }, resourceVersion: '1' } },
    409,
  ],
  [
    'JSON PATCH whose test fails',
    patchOf({ op: 'test', path: '/stringData/other', value: `${canary}!` }),
    422,
  ],
  [
    'JSON PATCH of another value type',
    patchOf({ op: 'add', path: '/stringData/x', value: [canary] }),
    422,
  ],
  ['JSON PATCH of a bad path', patchOf({ op: 'add', path: `/${canary}`, value: canary }), 422],
  ['JSON PATCH of bad base64', patchOf({ op: 'add', path: '/data/x', value: canary }), 422],
  [
    'JSON PATCH of an unknown operation',
    patchOf({ op: canary, path: '/stringData/x', value: canary }),
    422,
  ],
  ['a body where none belongs', { method: 'DELETE', path: item, headers: json, body: canary }, 400],
];
