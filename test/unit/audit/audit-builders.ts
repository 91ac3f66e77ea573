import { randomUUID } from 'node:crypto';
import { buildEvent, type RecordedResult } from '../../../src/audit/domain/build-event.js';
import type { AuditFacts } from '../../../src/audit/domain/audit-event.js';
import type { KubernetesAuditEvent } from '../../../src/audit/domain/kubernetes-event.js';
import type { CallContext } from '../../../src/core/call-context.js';
import { Principal } from '../../../src/core/principal.js';

export interface EventWish {
  readonly ctx?: Partial<CallContext>;
  readonly facts?: Partial<AuditFacts>;
  readonly stage?: 'single' | 'intent' | 'outcome';
  readonly result?: Partial<RecordedResult>;
  readonly receivedAtMs?: number;
}

export function principal(username = 'alice', groups: readonly string[] = ['dev']): Principal {
  return Principal.forUser({ username, groups, kind: 'oidc', credentialId: `oidc:${username}` });
}

export function callContext(parts: Partial<CallContext> = {}): CallContext {
  return {
    principal: principal(),
    door: 'rest',
    requestId: 'request-1',
    auditId: randomUUID(),
    sourceIp: '10.0.0.1',
    userAgent: 'curl/8.5.0',
    requestUri: '/v1/namespaces/pay/secrets/db',
    ...parts,
  };
}

/** Result of a read or write that was carried out as the caller. */
export const DONE = { outcome: 'allowed', code: 200, plane: 'caller', upstreamIds: [] } as const;

/** An allowed reveal of pay/db, but for what is wished otherwise. */
export function eventOf(wish: EventWish = {}): KubernetesAuditEvent {
  const { stage = 'single', receivedAtMs = Date.parse('2026-01-02T03:04:05.678Z') } = wish;
  const result = { ...DONE, ...wish.result } as const;
  return buildEvent({
    caller: callContext(wish.ctx),
    facts: { action: 'secrets.reveal', namespace: 'pay', secret: 'db', ...wish.facts },
    stage,
    ...(stage !== 'intent' && { result }),
    receivedAtMs,
    nowMs: receivedAtMs + 3,
  });
}
