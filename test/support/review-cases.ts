import type { Rule } from './gateway.js';
import { allOfSecrets } from './gateway.js';
import type { Call } from './raw-http.js';
import { virtual } from './tokens-world.js';

const group = 'sallyport.dev';
const secrets = '/v1/namespaces/pay/secrets';
const facade = '/kubernetes/api/v1/namespaces/pay/secrets';
const one = (rule: Rule, ...resourceNames: string[]): Rule => ({ ...rule, resourceNames });

/** Rights of callers; each may mint tokens for its namespace, too. */
export const callersByRights: Readonly<Record<string, readonly Rule[]>> = {
  whole: [{ ...allOfSecrets, verbs: [...allOfSecrets.verbs, 'deletecollection'] }],
  named: [one({ verbs: ['get', 'update', 'patch', 'delete'], resources: ['secrets'] }, 'db')],
  keyed: [one(virtual('secretkeys', 'get', 'update', 'delete'), 'db/password')],
  patching: [{ verbs: ['patch'], resources: ['secrets'] }],
  inventory: [virtual('secretmetadata', 'get', 'list')],
  historian: [
    virtual('secretversions', 'get', 'list', 'update', 'delete'),
    virtual('secretrotations', 'get'),
    virtual('auditevents', 'list'),
  ],
  nobody: [],
};

/** What tokens of each caller are narrowed to; undefined for the caller's own credential. */
export const scopesByKind: Readonly<Record<string, object | undefined>> = {
  none: undefined,
  namespace: {},
  'another namespace': { namespaces: ['pay', 'shop'], secrets: ['mail'] },
  secret: { secrets: ['db'] },
  glob: { secrets: ['d*'] },
  key: { keys: ['password'] },
  'key of a Secret': { secrets: ['mail'], keys: ['password'] },
  read: { actions: ['read'] },
  write: { actions: ['write'] },
  metadata: { actions: ['secrets.get', 'secrets.list'] },
};

export interface ReviewCase {
  readonly title: string;
  readonly question: {
    readonly verb: string;
    readonly group?: string;
    readonly resource: string;
    readonly name: string;
  };
  /** The operation that the right opens; writes are dry runs. */
  readonly call: Omit<Call, 'token'>;
}

const patch = { 'content-type': 'application/merge-patch+json' };

function secretCase(verb: string, name: string, call: Omit<Call, 'token'>): ReviewCase {
  return { title: `${verb} ${name}`, question: { verb, resource: 'secrets', name }, call };
}

function ourCase(verb: string, resource: string, name: string, call: Omit<Call, 'token'>) {
  return { title: `${verb} ${resource} ${name}`, question: { verb, group, resource, name }, call };
}

/** Each right that opens an operation, and the operation. */
export const reviewCases: readonly ReviewCase[] = [
  secretCase('get', 'db', { path: `${secrets}/db` }),
  secretCase('get', 'mail', { path: `${secrets}/mail` }),
  secretCase('list', '*', { path: facade }),
  secretCase('create', '*', {
    method: 'POST',
    path: `${secrets}?dryRun=All`,
    body: { name: 'new', stringData: { a: 'value-of-a' } },
  }),
  secretCase('update', 'db', {
    method: 'PUT',
    path: `${secrets}/db?dryRun=All`,
    body: { stringData: { password: 'value-of-b' } },
  }),
  secretCase('patch', 'db', {
    method: 'PATCH',
    path: `${secrets}/db?dryRun=All`,
    headers: patch,
    body: { labels: { a: 'b' } },
  }),
  secretCase('delete', 'db', { method: 'DELETE', path: `${secrets}/db?dryRun=All` }),
  secretCase('deletecollection', '*', { method: 'DELETE', path: `${facade}?dryRun=All` }),
  ourCase('get', 'secretmetadata', 'db', { path: `${secrets}/db/metadata` }),
  ourCase('get', 'secretmetadata', 'mail', { path: `${secrets}/mail/metadata` }),
  ourCase('list', 'secretmetadata', '*', { path: secrets }),
  ...['db/password', 'db/username', 'mail/password'].flatMap((name) => {
    const path = `${secrets}/${name.replace('/', '/keys/')}`;
    const written = `${path}?dryRun=All`;
    return [
      ourCase('get', 'secretkeys', name, { path }),
      ourCase('update', 'secretkeys', name, {
        ...{ method: 'PUT', path: written, body: Buffer.from('value-of-c') },
        headers: { 'content-type': 'application/octet-stream' },
      }),
      ourCase('delete', 'secretkeys', name, { method: 'DELETE', path: written }),
    ];
  }),
  ourCase('list', 'secretversions', 'db', { path: `${secrets}/db/versions` }),
  ourCase('get', 'secretversions', 'db', { path: `${secrets}/db/versions/99` }),
  ourCase('delete', 'secretversions', 'db', {
    ...{ method: 'DELETE', path: `${secrets}/db/versions/99` },
  }),
  ourCase('get', 'secretrotations', 'db', { path: `${secrets}/db/rotation` }),
  ourCase('list', 'auditevents', '*', { path: '/v1/audit/events?namespace=pay' }),
  ourCase('list', 'auditevents', 'db', { path: '/v1/audit/events?namespace=pay&secret=db' }),
];
