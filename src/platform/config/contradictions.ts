import { SQLITE_URL } from '../storage/storage-location.js';
import type { Config } from './config.schema.js';
import { isLoopbackHost } from './loopback-host.js';
import type { Problem } from './setting-problem.js';

/** Returns conflicts between settings that are valid individually. */
export function contradictions(config: Config): readonly Problem[] {
  const isSandbox = config.kubernetes.mode === 'sandbox';
  return [
    ...(isSandbox ? sandboxContradictions(config) : clusterContradictions(config)),
    ...sharedPorts(config),
    ...certificatesWithoutToken(config),
    ...impersonationByCallers(config),
    ...unsharedKey(config),
    ...onlyWithoutDocuments(config),
  ];
}

/** Refuses a gateway that would execute no document at all. */
function onlyWithoutDocuments({ graphql: { documents } }: Config): Problem[] {
  if (!documents.only || documents.folder !== undefined) return [];
  return [{ paths: ['graphql.documents.only'], message: 'needs graphql.documents.folder' }];
}

function clusterContradictions({ listen, kubernetes }: Config): Problem[] {
  const problems: Problem[] = [];
  if (!isLoopbackHost(listen.host) && !listen.tls && !listen.insecure) {
    problems.push({
      paths: ['listen.host'],
      message:
        'an address that is not loopback needs listen.tls, or listen.insecure: true where a ' +
        'proxy terminates TLS',
    });
  }
  if (kubernetes.mode === 'kubeconfig' && !kubernetes.kubeconfig) {
    problems.push({
      paths: ['kubernetes.kubeconfig'],
      message: 'needed with mode kubeconfig (or set KUBECONFIG)',
    });
  }
  return problems;
}

/** Refuses remote access: sandbox tokens are in files of the user who started the sandbox. */
function sandboxContradictions(config: Config): Problem[] {
  const { listen, health, admission, kubernetes } = config;
  const problems: Problem[] = [];
  const listeners = { listen, health, ...(admission && { admission }) };
  for (const [path, { host }] of Object.entries(listeners)) {
    if (isLoopbackHost(host)) continue;
    problems.push({
      paths: [`${path}.host`],
      message: 'the sandbox listens on loopback only; set kubernetes.mode for a cluster',
    });
  }
  if (kubernetes.kubeconfig !== undefined) {
    problems.push({
      paths: ['kubernetes.kubeconfig'],
      message:
        'the sandbox and a configured cluster together are refused; set kubernetes.mode to ' +
        'kubeconfig, or leave the file out',
    });
  }
  const fixed = {
    gatewayNamespace: 'sallyport',
    brokerServiceAccount: 'sallyport-broker',
  } as const;
  for (const key of ['gatewayNamespace', 'brokerServiceAccount'] as const) {
    if (kubernetes[key] === fixed[key]) continue;
    problems.push({ paths: [`kubernetes.${key}`], message: `is ${fixed[key]} in the sandbox` });
  }
  return problems;
}

function certificatesWithoutToken({ listen, kubernetes }: Config): Problem[] {
  if (listen.tls?.clientCa === undefined || kubernetes.access !== 'passthrough') return [];
  const message = 'passthrough sends the token of the caller on; there is none';
  return [{ paths: ['listen.tls.clientCa'], message }];
}

function impersonationByCallers({ kubectl, kubernetes }: Config): Problem[] {
  if (kubectl.impersonation === 'refuse' || kubernetes.access !== 'passthrough') return [];
  const message = 'passthrough sends the token of the caller on, and acts as nobody else';
  return [{ paths: ['kubectl.impersonation'], message }];
}

/** Replicas with separate keys would reject each other's checkpoints. */
function unsharedKey({ storage, audit }: Config): Problem[] {
  if (storage.url === SQLITE_URL || audit.keyFile !== undefined) return [];
  const message = 'needed with PostgreSQL: all replicas sign the audit log with one key';
  return [{ paths: ['audit.keyFile'], message }];
}

/** Returns ports that are set twice; 0 means any free port, which is never a port in use. */
function sharedPorts({ listen, health, kubernetes, admission }: Config): Problem[] {
  const ports = [
    ['listen.port', listen.port],
    ['health.port', health.port],
    ['listen.tls.port', listen.tls?.port ?? 0],
    ['admission.port', admission?.port ?? 0],
    ['kubernetes.sandboxPort', kubernetes.mode === 'sandbox' ? kubernetes.sandboxPort : 0],
  ] as const;
  const users = Map.groupBy(ports, ([, port]) => port);
  return [...users].flatMap(([port, settings]) => {
    if (port === 0 || settings.length === 1) return [];
    const paths = settings.map(([path]) => path);
    return [{ paths, message: `the same port ${port}, but each listener needs one of its own` }];
  });
}
