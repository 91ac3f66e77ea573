import { describe, expect, it } from 'vitest';
import type { KubernetesAuditEvent } from '../../../../../src/audit/domain/kubernetes-event.js';
import { faultEntry, faultSentence } from '../../../../../src/audit/queue/domain/fault-event.js';

const fault = { writer: 7, from: 3, to: 5, kind: 'EntriesMissing' } as const;

describe('damage of the queue', () => {
  it('is an event with the chain, the entries and what is wrong with them', () => {
    const { json, stage, source } = faultEntry(fault, 0);
    expect({ stage, source }).toEqual({ stage: 'single', source: 'gateway' });
    const event = JSON.parse(json) as KubernetesAuditEvent;
    expect(event.responseStatus).toEqual({ code: 500, reason: 'EntriesMissing' });
    expect(event.annotations).toMatchObject({
      'sallyport.dev/action': 'audit.damage',
      'sallyport.dev/count': '3',
      'sallyport.dev/chain': '7',
      'sallyport.dev/chain-from': '3',
      'sallyport.dev/chain-to': '5',
    });
  });

  it('is a sentence for operators', () => {
    const sentence = 'the queue of the audit log was changed: EntriesMissing at';
    expect(faultSentence(fault)).toBe(`${sentence} entries 3 to 5 of chain 7`);
    expect(faultSentence({ ...fault, to: 3 })).toBe(`${sentence} entry 3 of chain 7`);
  });
});
