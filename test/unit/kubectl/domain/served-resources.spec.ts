import { describe, expect, it } from 'vitest';
import type { ConfiguredResource } from '../../../../src/core/configured-resource.js';
import { parseApiRequest } from '../../../../src/kubectl/domain/api-request.js';
import { type FacadeRoute, routeOf } from '../../../../src/kubectl/domain/served-resources.js';

const pay = '/api/v1/namespaces/pay';
const ours = '/apis/sallyport.dev/v1alpha1/namespaces/pay';
const ownCredentials = "use the cluster's own credentials";
const never = `is never passed through the gateway: ${ownCredentials}`;
const rights = 'name rights and are served over /v1 and /graphql';

function route(request: string, configured: readonly ConfiguredResource[] = []): FacadeRoute {
  const [method = '', target = ''] = request.split(' ');
  const { api } = parseApiRequest(method, target);
  if (api.kind !== 'resource') throw new Error('a path that names no resource');
  return routeOf(api, configured);
}

const error = (code: string, message: string) => expect.objectContaining({ code, message });
const forbidden = (ending: string) =>
  expect.objectContaining({
    code: 'Forbidden',
    message: expect.toSatisfy((message: string) => message.endsWith(ending)),
  });

describe('what is served', () => {
  it.each<[string, FacadeRoute]>([
    [`GET ${pay}/secrets/db`, 'secrets'],
    [`HEAD ${pay}/secrets/db`, 'secrets'],
    [`GET ${pay}/secrets/db?watch=true`, 'secrets'],
    [`GET ${pay}/secrets`, 'secrets'],
    [`GET ${pay}/secrets?watch=true`, 'secrets'],
    ['GET /api/v1/secrets', 'secrets'],
    ['GET /api/v1/secrets?watch=true&fieldSelector=metadata.name%3Ddb', 'secrets'],
    [`POST ${pay}/secrets`, 'secrets'],
    [`PUT ${pay}/secrets/db`, 'secrets'],
    [`PATCH ${pay}/secrets/db`, 'secrets'],
    [`DELETE ${pay}/secrets/db`, 'secrets'],
    [`DELETE ${pay}/secrets`, 'secrets'],
    [`GET ${ours}/secretrotations`, 'rotations'],
    [`POST ${ours}/secretrotations`, 'rotations'],
    [`PATCH ${ours}/secretrotations/db`, 'rotations'],
    [`DELETE ${ours}/secretrotations`, 'rotations'],
    [`GET ${ours}/secretrotations/db/status`, 'rotations'],
    ['GET /apis/sallyport.dev/v1alpha1/secretrotations?watch=1', 'rotations'],
    [`POST ${ours}/secretshares`, 'shares'],
    [`GET ${ours}/secretshares/db/status`, 'shares'],
    ['GET /apis/sallyport.dev/v1alpha1/secretshares', 'shares'],
    [`PUT ${ours}/secretimports/db`, 'imports'],
    [`GET ${ours}/secretimports/db/status`, 'imports'],
    ['GET /apis/sallyport.dev/v1alpha1/secretimports?watch=1', 'imports'],
    [`PUT ${ours}/localsecretschemas/login`, 'schemas'],
    [`GET ${ours}/localsecretschemas/login/status`, 'schemas'],
    ['GET /apis/sallyport.dev/v1alpha1/localsecretschemas?watch=1', 'schemas'],
    ['POST /apis/sallyport.dev/v1alpha1/secretschemas', 'schemas'],
    [`PATCH ${ours}/secretsyncs/db`, 'syncs'],
    [`GET ${ours}/secretsyncs/db/status`, 'syncs'],
    ['GET /apis/sallyport.dev/v1alpha1/secretsyncs?watch=1', 'syncs'],
    ['POST /apis/sallyport.dev/v1alpha1/externalstores', 'stores'],
    ['PUT /apis/sallyport.dev/v1alpha1/externalstores/bao', 'stores'],
    ['GET /api/v1/namespaces', 'namespaces'],
    ['GET /api/v1/namespaces?watch=1', 'namespaces'],
    ['GET /api/v1/namespaces?fieldSelector=metadata.name%3Dpay', 'namespaces'],
    [`GET ${pay}`, 'namespaces'],
    ['POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'self-review'],
    ['POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews', 'self-review'],
    ['POST /apis/authentication.k8s.io/v1/selfsubjectreviews', 'self-review'],
  ])('%s: %s', (request, expected) => {
    expect(route(request)).toBe(expected);
  });
});

describe('what nobody has configured', () => {
  it.each([
    [`GET ${pay}/pods`, 'pods', 'pods'],
    [`GET ${pay}/pods/web`, 'pods "web"', 'pods'],
    [`GET ${pay}/pods/web/log`, 'pods "web"', 'pods/log'],
    [`GET ${pay}/configmaps`, 'configmaps', 'configmaps'],
    [`POST ${pay}/pods/web/eviction`, 'pods "web"', 'pods/eviction'],
    ['GET /apis/apps/v1/deployments', 'deployments.apps', 'deployments.apps'],
    ['GET /apis/example.org/v1/secrets', 'secrets.example.org', 'secrets.example.org'],
    ['GET /apis/example.org/v1/namespaces', 'namespaces.example.org', 'namespaces.example.org'],
    [
      'POST /apis/example.org/v1/selfsubjectreviews',
      'selfsubjectreviews.example.org',
      'selfsubjectreviews.example.org',
    ],
    [`GET ${pay}/Secrets`, 'Secrets', 'Secrets'],
    [`GET ${pay}/constructor`, 'constructor', 'constructor'],
  ])('is refused with a way out: %s', (request, subject, what) => {
    const sentence =
      `this gateway serves Secrets: ${ownCredentials} for ${what}, ` +
      'or ask its operator to add them to kubectl.resources';
    expect(() => route(request)).toThrow(
      error('Forbidden', `${subject} is forbidden: ${sentence}`),
    );
  });
});

describe('what is configured', () => {
  const configured: readonly ConfiguredResource[] = [
    { group: '', resource: 'configmaps', subresource: '' },
    { group: '', resource: 'pods', subresource: 'log' },
    { group: 'apps', resource: 'deployments', subresource: '' },
  ];

  it.each([
    `GET ${pay}/configmaps`,
    `POST ${pay}/configmaps`,
    `DELETE ${pay}/configmaps/x`,
    'GET /api/v1/configmaps?watch=1',
    `GET ${pay}/pods/web/log`,
    'PATCH /apis/apps/v1/namespaces/pay/deployments/web',
    'GET /apis/apps/v1beta1/namespaces/pay/deployments',
  ])('is passed on: %s', (request) => {
    expect(route(request, configured)).toBe('forwarded');
  });

  it.each([
    `GET ${pay}/pods`,
    `GET ${pay}/pods/web`,
    `GET ${pay}/pods/web/log/x`,
    `GET ${pay}/configmaps/x/status`,
    `GET ${pay}/deployments`,
    'GET /apis/apps/v1/namespaces/pay/deployments/web/scale',
    'GET /apis/example.org/v1/configmaps',
  ])('opens nothing beside it: %s', (request) => {
    expect(() => route(request, configured)).toThrow(forbidden('kubectl.resources'));
  });
});

describe('what is never passed on, whatever is configured', () => {
  it.each([
    [`POST ${pay}/pods/web/exec`, 'pods/exec'],
    [`GET ${pay}/pods/web/exec?command=sh`, 'pods/exec'],
    [`POST ${pay}/pods/web/attach`, 'pods/attach'],
    [`POST ${pay}/pods/web/portforward`, 'pods/portforward'],
    [`GET ${pay}/pods/web/proxy`, 'pods/proxy'],
    [`GET ${pay}/pods/web/proxy/a/b`, 'pods/proxy/a/b'],
    [`GET ${pay}/services/web/proxy`, 'services/proxy'],
    ['GET /api/v1/nodes/n/proxy/metrics', 'nodes/proxy/metrics'],
    [`POST ${pay}/serviceaccounts/app/token`, 'serviceaccounts/token'],
    [`POST ${pay}/secrets/db/token`, 'secrets/token'],
    ['POST /apis/example.org/v1/namespaces/pay/vms/x/exec', 'vms.example.org/exec'],
    ['POST /apis/authentication.k8s.io/v1/tokenreviews', 'tokenreviews.authentication.k8s.io'],
    [
      'POST /apis/authorization.k8s.io/v1/subjectaccessreviews',
      'subjectaccessreviews.authorization.k8s.io',
    ],
    [
      'POST /apis/authorization.k8s.io/v1/namespaces/pay/localsubjectaccessreviews',
      'localsubjectaccessreviews.authorization.k8s.io',
    ],
    [`GET ${pay}/*`, '*'],
    [`GET ${pay}/pods/web/*`, 'pods/*'],
  ])('%s', (request, what) => {
    const [method = '', target = ''] = request.split(' ');
    const { api } = parseApiRequest(method, target);
    if (api.kind !== 'resource') throw new Error('a path that names no resource');
    expect(() => routeOf(api, [api])).toThrow(forbidden(`${what} ${never}`));
  });

  it.each([
    `GET ${pay}/secrets/db/status`,
    `PUT ${pay}/secrets/db/x`,
    `GET ${pay}/secrets/db/status/x`,
  ])('nor is a part of a Secret: %s', (request) => {
    const part = (subresource: string) => ({ group: '', resource: 'secrets', subresource });
    const configured = ['', 'status', 'x', 'status/x'].map(part);
    expect(() => route(request, configured)).toThrow(
      error('Forbidden', 'secrets "db" is forbidden: Secrets have no subresources'),
    );
  });
});

describe('what the gateway serves itself', () => {
  it.each([
    `POST /api/v1/namespaces`,
    `PUT ${pay}`,
    `PATCH ${pay}`,
    `DELETE ${pay}`,
    'DELETE /api/v1/namespaces',
    `PUT ${pay}/finalize`,
    `GET ${pay}/status`,
  ])('are namespaces, to be read: not %s', (request) => {
    const namespaces = ['', 'status', 'finalize'].map((subresource) => ({
      ...{ group: '', resource: 'namespaces', subresource },
    }));
    expect(() => route(request, namespaces)).toThrow(
      forbidden('namespaces are made and changed at the cluster itself'),
    );
  });

  it.each([
    ['PUT', 'secretrotations', 'a rotation'],
    ['PATCH', 'secretrotations', 'a rotation'],
    ['PUT', 'secretshares', 'a share'],
    ['PATCH', 'secretimports', 'an import'],
    ['PATCH', 'localsecretschemas', 'a schema'],
    ['PUT', 'secretsyncs', 'a sync'],
  ])('is a status, to be read: not %s %s', (method, resource, what) => {
    expect(() => route(`${method} ${ours}/${resource}/db/status`)).toThrow(
      forbidden(`the gateway alone writes the status of ${what}`),
    );
  });

  it.each([
    [`GET ${ours}/secretkeys`, 'secretkeys.sallyport.dev'],
    [`GET ${ours}/secretmetadata/db`, 'secretmetadata.sallyport.dev'],
    [`POST ${ours}/secretversions/db/restore`, 'secretversions.sallyport.dev/restore'],
    ['GET /apis/sallyport.dev/v1alpha1/auditevents', 'auditevents.sallyport.dev'],
    ['GET /apis/sallyport.dev/v1/auditlogs/x', 'auditlogs.sallyport.dev'],
    [`POST ${ours}/accesstokens`, 'accesstokens.sallyport.dev'],
    [`POST ${ours}/secretrotations/db/run`, 'secretrotations.sallyport.dev/run'],
    [`POST ${ours}/secretshares/db/revoke`, 'secretshares.sallyport.dev/revoke'],
    [`POST ${ours}/secretsyncs/db/run`, 'secretsyncs.sallyport.dev/run'],
    [`POST ${ours}/secretsyncs/db/resolve`, 'secretsyncs.sallyport.dev/resolve'],
    [`GET ${ours}/secretimports/db/scale`, 'secretimports.sallyport.dev/scale'],
  ])('has rights that are no objects: %s', (request, what) => {
    expect(() => route(request)).toThrow(forbidden(`${what} ${rights}`));
  });

  it.each([
    'GET /api/v1/secrets/db',
    'DELETE /api/v1/secrets/db',
    'GET /api/v2/namespaces/pay/secrets/db',
    'GET /api/v2/namespaces',
    `GET ${pay}/namespaces`,
    `GET ${pay}/namespaces/x`,
    `GET ${ours}/unheard`,
    `GET ${ours}/secretschemas/login`,
    `GET ${ours}/externalstores/bao`,
    'GET /apis/sallyport.dev/v1alpha1/secretsyncs/db',
    'GET /apis/sallyport.dev/v1alpha1/localsecretschemas/login',
    'GET /apis/sallyport.dev/v1beta1/secretrotations',
    'GET /apis/sallyport.dev/v1beta1/secretshares',
    'PUT /apis/sallyport.dev/v1beta1/namespaces/pay/secretimports/db/status',
    'GET /apis/sallyport.dev/v1alpha1/secretrotations/db/status',
    'POST /apis/authorization.k8s.io/v1beta1/selfsubjectaccessreviews',
    'POST /apis/authentication.k8s.io/v1alpha1/selfsubjectreviews',
    'POST /apis/authorization.k8s.io/v1/namespaces/pay/selfsubjectaccessreviews',
    'POST /apis/authentication.k8s.io/v1/selfsubjectreviews/x',
  ])('is nowhere else: %s', (request) => {
    expect(() => route(request)).toThrow(
      error('NotFound', 'the server could not find the requested resource'),
    );
  });

  it.each([
    ['POST /api/v1/secrets', 'GET, HEAD'],
    ['DELETE /api/v1/secrets', 'GET, HEAD'],
    [`PUT ${pay}/secrets`, 'GET, HEAD, POST, DELETE'],
    [`PATCH ${pay}/secrets`, 'GET, HEAD, POST, DELETE'],
    [`POST ${pay}/secrets/db`, 'GET, HEAD, PUT, PATCH, DELETE'],
    [`POST ${ours}/secretrotations/db`, 'GET, HEAD, PUT, PATCH, DELETE'],
    [`PATCH ${ours}/secretshares`, 'GET, HEAD, POST, DELETE'],
    ['POST /apis/sallyport.dev/v1alpha1/secretimports', 'GET, HEAD'],
    ['POST /apis/sallyport.dev/v1alpha1/localsecretschemas', 'GET, HEAD'],
    ['POST /apis/sallyport.dev/v1alpha1/secretsyncs', 'GET, HEAD'],
    ['GET /apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'POST'],
    ['DELETE /apis/authentication.k8s.io/v1/selfsubjectreviews', 'POST'],
  ])('has the methods of the API server: %s', (request, allow) => {
    expect(() => route(request)).toThrow(
      expect.objectContaining({ code: 'MethodNotAllowed', headers: { allow } }),
    );
  });
});
