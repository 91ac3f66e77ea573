import type { BenchRequest } from './bench-request.js';
import type { ClusterGateway } from './cluster-gateway.js';
import type { ClusterWorld } from './cluster-world.js';
import { namespace } from './real-cluster.js';
import {
  listedNamespace,
  namesCount,
  type ServerName,
  type SpeedWorld,
  unservedNamespace,
  valueBytes,
} from './speed-world.js';

/** Something whose speed is measured. */
export interface Subject {
  /** In the JSON and in `floors.json`. */
  readonly id: string;
  readonly title: string;
  readonly request: BenchRequest;
  /** PEM. */
  readonly ca: string;
  /** That have work with it, the one that answers first. */
  readonly servers: readonly ServerName[];
}

const json = 'application/json';
const apiServer = ['kube-apiserver', 'etcd'] as const;
const cached = ['gateway'] as const;
const upstream = ['gateway', ...apiServer] as const;
const secrets = `/namespaces/${namespace}/secrets`;
const listed = `/namespaces/${listedNamespace}/secrets?limit=500`;
const apart = `/namespaces/${unservedNamespace}/secrets`;
const query =
  'query ($namespace: String!, $name: String!) ' +
  '{ secret(namespace: $namespace, name: $name) { value(key: "value") } }';

/** All of them, in the order of the table. */
export function subjectsOf(speed: SpeedWorld): readonly Subject[] {
  const { world, gateway } = speed;
  return [
    ...others(speed),
    ...readsThrough(world, gateway),
    ...writes(world, gateway),
    ...lists(world, gateway),
  ];
}

/** What the gateway is compared with. */
function others({ world, openBao, bare }: SpeedWorld): readonly Subject[] {
  const { cluster, tls, tokens } = world;
  return [
    {
      ...{ id: 'apiserver-get', title: 'API server, get', ca: cluster.ca, servers: apiServer },
      request: get(cluster.url, `/api/v1${secrets}/s{name}`, bearer(tokens.direct, json)),
    },
    {
      ...{ id: 'openbao-get', title: 'OpenBao, get, audited', ca: tls.ca, servers: ['openbao'] },
      request: get(openBao.url, '/v1/secret/data/s{name}', { 'x-vault-token': openBao.token }),
    },
    {
      ...{ id: 'bare-get', title: 'Nest + Fastify, bare route', ca: tls.ca, servers: ['bare'] },
      request: get(bare.url, `/v1${secrets}/s{name}`, bearer(tokens.gateway)),
    },
  ];
}

/** Reads of single Secrets at a gateway, by each of its doors. */
export function readsThrough(
  { tls, tokens }: ClusterWorld,
  { url }: ClusterGateway,
): readonly Subject[] {
  const { ca } = tls;
  const path = `/v1${secrets}/s{name}`;
  const facade = `/kubernetes/api/v1${secrets}/s{name}`;
  const as = bearer(tokens.gateway);
  const variables = `{"namespace":"${namespace}","name":"s{name}"}`;
  return [
    {
      ...{ id: 'cached-get', title: 'Sallyport, cached get, audited', ca, servers: cached },
      request: get(url, path, as),
    },
    {
      ...{
        id: 'cached-key',
        title: 'Sallyport, cached get of one key, audited',
        ca,
        servers: cached,
      },
      request: get(url, `${path}/keys/value`, as),
    },
    {
      ...{ id: 'strong-get', title: 'Sallyport, strong get, audited', ca, servers: upstream },
      request: get(url, `${path}?consistency=strong`, as),
    },
    {
      ...{
        id: 'facade-get',
        title: 'Sallyport, get through the façade, audited',
        ca,
        servers: upstream,
      },
      request: get(url, facade, bearer(tokens.gateway, json)),
    },
    {
      ...{
        id: 'facade-cached',
        title: 'Sallyport, the same with resourceVersion=0',
        ca,
        servers: cached,
      },
      request: get(url, `${facade}?resourceVersion=0`, bearer(tokens.gateway, json)),
    },
    {
      ...{
        id: 'graphql-value',
        title: 'Sallyport, one value by GraphQL, audited',
        ca,
        servers: cached,
      },
      request: {
        ...{ origin: url, method: 'POST', path: '/graphql', names: namesCount },
        headers: { ...bearer(tokens.gateway, json), 'content-type': json },
        body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
      },
    },
  ];
}

/** PATCHes of single Secrets, straight at the API server and through a gateway. */
export function writes(
  { cluster, tls, tokens }: ClusterWorld,
  { url }: ClusterGateway,
): readonly Subject[] {
  // Always a change, and always of one size.
  const body = `{"stringData":{"value":"{serial}${'y'.repeat(valueBytes - 9)}"}}`;
  const common = { method: 'PATCH', names: namesCount, body };
  const type = { 'content-type': 'application/merge-patch+json' };
  return [
    {
      ...{ id: 'apiserver-patch', title: 'API server, PATCH', ca: cluster.ca, servers: apiServer },
      request: {
        ...{ ...common, origin: cluster.url, path: `/api/v1${apart}/p{name}` },
        headers: { ...bearer(tokens.direct, json), ...type },
      },
    },
    {
      ...{
        id: 'gateway-patch',
        title: 'Sallyport, PATCH, version, audited twice',
        ca: tls.ca,
        servers: upstream,
      },
      request: {
        ...{ ...common, origin: url, path: `/v1${secrets}/p{name}` },
        headers: { ...bearer(tokens.gateway), ...type },
      },
    },
  ];
}

function lists(
  { cluster, tls, tokens }: ClusterWorld,
  { url }: ClusterGateway,
): readonly Subject[] {
  const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
  return [
    {
      ...{
        id: 'apiserver-list',
        title: 'API server, metadata of 500',
        ca: cluster.ca,
        servers: apiServer,
      },
      request: get(cluster.url, `/api/v1${listed}`, bearer(tokens.direct, accept)),
    },
    {
      ...{
        id: 'gateway-list',
        title: 'Sallyport, metadata of 500, audited',
        ca: tls.ca,
        servers: cached,
      },
      request: get(url, `/v1${listed}`, bearer(tokens.gateway)),
    },
  ];
}

function get(origin: string, path: string, headers: BenchRequest['headers']): BenchRequest {
  return { origin, method: 'GET', path, headers, names: namesCount };
}

function bearer(token: string, accept?: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}`, ...(accept !== undefined && { accept }) };
}
