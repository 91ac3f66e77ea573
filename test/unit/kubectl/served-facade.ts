import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ServedNamespaces } from '../../../src/access/domain/served-namespaces.js';
import { CredentialLifetimes } from '../../../src/auth/credential-lifetimes.service.js';
import { AuditNotWritten } from '../../../src/audit/audit-not-written.js';
import type { KubernetesAuditEvent } from '../../../src/audit/domain/kubernetes-event.js';
import type { CallContext } from '../../../src/core/call-context.js';
import { SystemClock } from '../../../src/core/clock.js';
import {
  type ConfiguredResource,
  ConfiguredResources,
} from '../../../src/core/configured-resource.js';
import { createFastify } from '../../../src/platform/http/fastify-instance.js';
import { ClusterDocuments } from '../../../src/kubectl/cluster-documents.js';
import type { FacadeAnswer } from '../../../src/kubectl/domain/facade.js';
import { ForwardedResources } from '../../../src/kubectl/forwarded-resources.js';
import { addKubectlRoutes } from '../../../src/kubectl/kubectl.routes.js';
import { KubectlService } from '../../../src/kubectl/kubectl.service.js';
import { NamespaceViews } from '../../../src/kubectl/namespace-views.js';
import { SelfReviews } from '../../../src/kubectl/self-reviews.js';
import { StreamQuota } from '../../../src/core/stream-quota.js';
import type { ForwardedRequest } from '../../../src/kubectl/domain/forward/forwarded.js';
import { AskedRights, standingRights } from '../access/rights.builder.js';
import { callContext } from '../audit/audit-builders.js';
import { callsOver } from '../calls/calls.builder.js';
import { auditOver } from '../audit/trail.builder.js';
import { AnsweringUpstream, jsonAnswer } from './facade.builder.js';

export interface FacadeWishes {
  /** What comes of requests on Secrets. */
  readonly forward?: (ctx: CallContext, request: ForwardedRequest) => Promise<FacadeAnswer>;
  /** The API server, for all else. */
  readonly answering?: ConstructorParameters<typeof AnsweringUpstream>[0];
  readonly configured?: readonly ConfiguredResource[];
  /** `pay` alone, or all of the cluster. */
  readonly reach?: 'served' | 'cluster';
  readonly isTrailFull?: boolean;
}

/** The parts of the façade, over a door to Secrets and an API server that the test makes. */
export function facadeParts(wishes: FacadeWishes = {}) {
  const { configured = [], reach = 'cluster', isTrailFull = false } = wishes;
  const trail: KubernetesAuditEvent[] = [];
  const audit = auditOver((event) => {
    if (isTrailFull) throw new AuditNotWritten('full');
    return trail.push(event);
  });
  const calls = callsOver(audit);
  const access = new AskedRights(true);
  const { standing } = standingRights(access);
  const answered = () => jsonAnswer({ kind: 'Anything' });
  const upstream = new AnsweringUpstream(wishes.answering ?? answered);
  const patterns = ['pay'];
  const served = new ServedNamespaces({ patterns, scope: reach, gatewayNamespace: 'sallyport' });
  const parts = { calls, access, served, standing, upstream };
  const unused = () => Promise.reject(new Error('not used here'));
  const resources = new ForwardedResources(parts);
  const service = new KubectlService(
    { forward: wishes.forward ?? (() => Promise.resolve(answered())) },
    new ClusterDocuments(upstream),
    new NamespaceViews(parts),
    new SelfReviews({ review: unused, rights: unused, whoami: unused }, new SystemClock()),
    resources,
    new ConfiguredResources(configured),
  );
  return { service, resources, standing, trail, upstream };
}

/** The façade on the gateway's own HTTP server, to a caller who has a credential already. */
export function facadeServer(wishes: FacadeWishes = {}) {
  const parts = facadeParts(wishes);
  const watches = new StreamQuota({
    what: 'watches',
    inAllMax: 10,
    ofUserMax: 10,
    ofAddressMax: 10,
  });
  const lists = new StreamQuota({ what: 'lists', inAllMax: 10, ofUserMax: 10, ofAddressMax: 10 });
  const descriptions = new StreamQuota({
    ...{ what: 'descriptions', inAllMax: 10, ofUserMax: 10, ofAddressMax: 10 },
  });
  const leaving = new AbortController();
  const instance = createFastify();
  instance.addHook('onRequest', async (incoming) => {
    incoming.callContext = callContext({ door: 'kubectl' });
  });
  const terms = new CredentialLifetimes({ stillHolds: async () => true }, new SystemClock(), {
    onRevoked: () => undefined,
  });
  addKubectlRoutes(instance, {
    ...{ service: parts.service, terms, watches, lists, descriptions, leaving: leaving.signal },
    refusals: { recorded: async (_request, error) => error },
  });
  return { ...parts, instance, leaving, watches, lists, descriptions };
}

/** Over a connection of its own, so that it can break off; resolves with the head. */
export async function connect(
  instance: FastifyInstance,
  path: string,
): Promise<{ readonly outgoing: ClientRequest; readonly head: Promise<IncomingMessage> }> {
  if (!instance.server.listening) await instance.listen({ port: 0, host: '127.0.0.1' });
  const { port } = instance.server.address() as AddressInfo;
  const outgoing = request({ host: '127.0.0.1', port, path, agent: false });
  const head = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  // Who breaks off does not wait for it.
  head.catch(() => undefined);
  outgoing.end();
  return { outgoing, head };
}
