import { randomUUID } from 'node:crypto';
import type { CallContext } from '../../../core/call-context.js';
import { Principal } from '../../../core/principal.js';
import { buildEvent } from '../../domain/build-event.js';
import type { LogEntry } from '../../domain/log-entry.js';
import type { ChainFault } from './plan-chain.js';

/** The log's own writer, which is no caller. */
const SEQUENCER = Principal.forUser({
  username: 'sallyport:audit-sequencer',
  kind: 'certificate',
  credentialId: 'audit-sequencer',
});

/** Returns the entry that records damage of the queue, before any later entry. */
export function faultEntry({ writer, from, to, kind }: ChainFault, nowMs: number): LogEntry {
  const auditId = randomUUID();
  const nowhere = { door: 'job', sourceIp: '', requestUri: '' } as const;
  const caller: CallContext = { ...nowhere, principal: SEQUENCER, auditId, requestId: auditId };
  const event = buildEvent({
    caller,
    facts: {
      action: 'audit.damage',
      count: Math.max(1, to - from + 1),
      log: { chain: writer, chainFrom: from, chainTo: to },
    },
    stage: 'single',
    result: {
      outcome: 'failed',
      code: 500,
      plane: 'self',
      upstreamIds: [],
      decisionReason: kind,
    },
    receivedAtMs: nowMs,
    nowMs,
  });
  return { json: JSON.stringify(event), stage: 'single', source: 'gateway' };
}

/** Returns a sentence about damage, for operators. */
export function faultSentence({ writer, from, to, kind }: ChainFault): string {
  const entries = from === to ? `entry ${from}` : `entries ${from} to ${to}`;
  return `the queue of the audit log was changed: ${kind} at ${entries} of chain ${writer}`;
}
