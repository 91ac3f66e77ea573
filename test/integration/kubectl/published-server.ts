import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { AccessReviewsService } from '../../../src/access/access-reviews.service.js';
import { KubeAccessService } from '../../../src/access/kube-access.service.js';
import { ServedNamespaces } from '../../../src/access/domain/served-namespaces.js';
import { AuthorizationMonitor } from '../../../src/access/authorization-monitor.service.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import type { KubernetesAuditEvent } from '../../../src/audit/domain/kubernetes-event.js';
import type { CallContext } from '../../../src/core/call-context.js';
import { SystemClock } from '../../../src/core/clock.js';
import { RefusedByCluster } from '../../../src/core/errors/refused-by-cluster.js';
import { toSallyportError } from '../../../src/core/errors/sallyport-error.js';
import type { RawAnswer, RawRequest } from '../../../src/core/forwarding.js';
import { ConfiguredResources } from '../../../src/core/configured-resource.js';
import type { Principal } from '../../../src/core/principal.js';
import { ClusterDocuments } from '../../../src/kubectl/cluster-documents.js';
import { parseApiRequest } from '../../../src/kubectl/domain/api-request.js';
import { acceptOf } from '../../../src/kubectl/domain/accept.js';
import { type FacadeAnswer, isStream } from '../../../src/kubectl/domain/facade.js';
import { toStatus } from '../../../src/platform/http/domain/kube-status.js';
import { NamespaceViews } from '../../../src/kubectl/namespace-views.js';
import { SelfReviews } from '../../../src/kubectl/self-reviews.js';
import { KubeNamedRules } from '../../../src/kubernetes/kube-named-rules.js';
import { KubeRawUpstream } from '../../../src/kubernetes/kube-raw-upstream.js';
import type { CallRunner } from '../../../src/calls/call-runner.service.js';
import { callsOver } from '../../unit/calls/calls.builder.js';
import { contextOf, type Gateway } from '../kubernetes/support.js';

export interface PublishedServer {
  /** Where this caller finds a Kubernetes API, by his place in `callers`. */
  urlOf(caller: string): string;
  readonly trail: readonly KubernetesAuditEvent[];
  close(): Promise<void>;
}

/**
 * What the façade answers itself, on loopback and without credentials: who calls stands in front of
 * the path.
 */
export async function startPublished(
  gateway: Gateway,
  callers: Readonly<Record<string, Principal>>,
): Promise<PublishedServer> {
  const trail: KubernetesAuditEvent[] = [];
  const answer = answering(gateway, callsInto(trail));
  const server = createServer((request, response) => {
    const [, caller = '', target = ''] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const ctx = { ...contextOf(callers[caller]!), door: 'kubectl', signal: gone.signal } as const;
    void answer(ctx, request, target)
      .catch((thrown: unknown) => refused(thrown))
      .then((given) => send(response, given))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (caller) => `http://127.0.0.1:${port}/${caller}`,
    trail,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answering({ self, caller }: Gateway, calls: CallRunner) {
  const access = new KubeAccessService(self);
  const upstream = new KubeRawUpstream(caller, self);
  const standing = new AuthorizationMonitor(access, { onChange: () => undefined });
  const documents = new ClusterDocuments(upstream);
  const namespaces = new NamespaceViews({ calls, access, upstream, standing });
  const reviews = new SelfReviews(
    new AccessReviewsService(
      calls,
      access,
      new ServedNamespaces({
        ...{ patterns: ['*'], scope: 'cluster', gatewayNamespace: 'sallyport' },
      }),
      new KubeNamedRules(self, new SystemClock()),
      new ConfiguredResources([]),
    ),
    new SystemClock(),
  );
  return async (ctx: CallContext, request: IncomingMessage, target: string) => {
    const { method = 'GET', headers } = request;
    const { api, path, query } = parseApiRequest(method, target);
    const body = await buffer(request);
    const raw: RawRequest = {
      ...{ method: method as RawRequest['method'], path, query },
      accept: acceptOf(headers.accept) ?? 'application/json',
      contentType: headers['content-type'] ?? 'application/json',
      body,
    };
    if (api.kind === 'resource') {
      const isOfNamespaces = api.resource === 'namespaces';
      return (isOfNamespaces ? namespaces : reviews).answer(ctx, { api, raw });
    }
    const names = ['if-none-match', 'accept-encoding'] as const;
    const given = names.flatMap((name) => (headers[name] ? [[name, headers[name]]] : []));
    const conditions = Object.fromEntries(given) as Record<string, string>;
    return documents.answer(ctx, { api, raw: { ...raw, conditions } });
  };
}

function callsInto(trail: KubernetesAuditEvent[]): CallRunner {
  const append = async ({ json }: { readonly json: string }) => {
    return trail.push(JSON.parse(json) as KubernetesAuditEvent);
  };
  const unused = () => Promise.reject(new Error('not used here'));
  const reader = { list: unused, get: unused, counts: unused, openIntents: unused };
  return callsOver(new AuditService({ append, commit: unused }, reader, new SystemClock()));
}

function refused(thrown: unknown): RawAnswer {
  if (thrown instanceof RefusedByCluster) return thrown.answer;
  const { code, body } = toStatus(toSallyportError(thrown));
  const headers = { 'content-type': 'application/json' };
  return { status: code, headers, body: Buffer.from(JSON.stringify(body)) };
}

async function send(response: ServerResponse, given: FacadeAnswer): Promise<void> {
  response.writeHead(given.status, { ...given.headers });
  if (!isStream(given)) return void response.end(given.body);
  response.flushHeaders();
  for await (const chunk of given.chunks) response.write(chunk);
  response.end();
}

export interface KubectlOutcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** What kubectl says, also where it fails. */
export function kubectl(
  binary: string,
  home: string,
  args: readonly string[],
): Promise<KubectlOutcome> {
  return new Promise((resolve) => {
    const options = { env: { HOME: home }, timeout: 60_000 };
    execFile(binary, [...args], options, (error, output, errors) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, errors });
    });
  });
}
