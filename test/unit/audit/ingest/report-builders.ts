import type { GatewayIdentity } from '../../../../src/audit/ingest/domain/is-report-of.js';
import {
  readReportedEvent,
  type ReadingContext,
  type ReportedEvent,
} from '../../../../src/audit/ingest/domain/reported-event.js';
import {
  annotation,
  type KubernetesAuditEvent,
} from '../../../../src/audit/domain/kubernetes-event.js';

export const gatewayUser = 'system:serviceaccount:sallyport:sallyport';
export const brokerUser = 'system:serviceaccount:sallyport:sallyport-broker';
export const gateway: GatewayIdentity = {
  access: 'impersonate',
  username: gatewayUser,
  broker: brokerUser,
};

/** A user as the API server reports a ServiceAccount. */
export function accountUser(username: string) {
  const [, , namespace = ''] = username.split(':');
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return { username, groups: [...groups, 'system:authenticated'] };
}

/** An item of an EventList, as the gateway's read of `pay/db` for `pay:app` makes it. */
export function reportItem(wish: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    level: 'Metadata',
    auditID: 'upstream-1',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/pay/secrets/db',
    verb: 'get',
    user: accountUser(gatewayUser),
    impersonatedUser: accountUser('system:serviceaccount:pay:app'),
    authenticationMetadata: { impersonationConstraint: 'impersonate:serviceaccount' },
    sourceIPs: ['10.0.0.7'],
    userAgent: 'sallyport',
    objectRef: { resource: 'secrets', namespace: 'pay', name: 'db', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: '2026-11-25T17:37:48.849123Z',
    stageTimestamp: '2026-11-25T17:37:48.853456Z',
    annotations: { 'authorization.k8s.io/decision': 'allow' },
    ...wish,
  };
}

/** How an item is read at a time, without a flaw in its bytes. */
export function readingAt(nowMs: number): ReadingContext {
  return { nowMs, isIntact: true, substituteId: () => 'substitute' };
}

/** The same, read. */
export function report(wish: Record<string, unknown> = {}): ReportedEvent {
  const at = readingAt(Date.parse('2026-11-25T18:00:00Z'));
  const reading = readReportedEvent(reportItem(wish), at);
  if (reading.kind !== 'kept') throw new Error(`the report is ${reading.kind}`);
  return reading.event;
}

interface OwnWish {
  readonly user?: KubernetesAuditEvent['user'];
  readonly impersonatedUser?: KubernetesAuditEvent['user'];
  readonly name?: string | undefined;
  readonly facts?: Readonly<Record<string, string>>;
}

/** Our event of the call that `reportItem` tells of. */
export function ownEvent(wish: OwnWish = {}): KubernetesAuditEvent {
  const { name = 'db' } = wish;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: 'answered-1',
    stage: 'ResponseComplete',
    requestURI: '/v1/namespaces/pay/secrets/db',
    verb: 'get',
    user: wish.user ?? accountUser('system:serviceaccount:pay:app'),
    ...(wish.impersonatedUser && { impersonatedUser: wish.impersonatedUser }),
    sourceIPs: ['192.0.2.1'],
    objectRef: {
      resource: 'secrets',
      namespace: 'pay',
      ...(name !== '' && { name }),
      apiVersion: 'v1',
    },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-11-25T17:37:48.840000Z',
    stageTimestamp: '2026-11-25T17:37:48.860000Z',
    annotations: {
      [annotation.action]: 'secrets.reveal',
      [annotation.plane]: 'caller',
      [annotation.outcome]: 'allowed',
      [annotation.upstreamIds]: 'upstream-1',
      ...wish.facts,
    },
  };
}
