import { describe, expect, it } from 'vitest';
import type { ForwardTrace, RawCall, RawRequest } from '../../../src/core/forwarding.js';
import { limits } from '../../../src/core/limits.js';
import type { Principal } from '../../../src/core/principal.js';
import type { KubeCall } from '../../../src/kubernetes/kube-call.js';
import { KubeRawUpstream } from '../../../src/kubernetes/kube-raw-upstream.js';
import { callContext } from '../audit/audit-builders.js';

const head = { status: 200, headers: {} };
async function* nothing(): AsyncGenerator<Buffer> {
  // Nobody reads it.
}

interface Sent {
  readonly as: Principal | 'self';
  readonly how: 'forward' | 'open';
  readonly call: KubeCall;
}

function world() {
  const sent: Sent[] = [];
  const note = (as: Sent['as'], how: Sent['how'], call: KubeCall) => {
    sent.push({ as, how, call });
    call.onUpstreamId?.(`id-${sent.length}`);
  };
  const caller = {
    forward: async (principal: Principal, call: KubeCall) => {
      note(principal, 'forward', call);
      return { ...head, body: Buffer.alloc(0) };
    },
    open: async (principal: Principal, call: KubeCall) => {
      note(principal, 'open', call);
      return { ...head, chunks: nothing() };
    },
  };
  const self = {
    forward: async (call: KubeCall) => {
      note('self', 'forward', call);
      return { ...head, body: Buffer.alloc(0) };
    },
    open: async (call: KubeCall) => {
      note('self', 'open', call);
      return { ...head, chunks: nothing() };
    },
  };
  return { sent, upstream: new KubeRawUpstream(caller, self) };
}

function callOf(more: Partial<RawCall> = {}) {
  const trace: ForwardTrace = { plane: 'none', upstreamIds: [] };
  return { ctx: callContext(), as: 'caller', trace, ...more } as const;
}

const request: RawRequest = {
  method: 'GET',
  path: ['api', 'v1', 'secrets'],
  query: [
    ['dryRun', 'All'],
    ['dryRun', 'All'],
  ],
  accept: 'application/json',
};

describe('a request of the façade', () => {
  it('goes on whole, with its bytes and its conditions', async () => {
    const { sent, upstream } = world();
    const body = Buffer.from('{ }');
    const conditions = { 'if-none-match': '"U"' };
    const whole = { ...request, method: 'PUT', body, contentType: 'text/x', conditions } as const;
    await upstream.send(callOf(), whole);
    const { method, path, query, accept, contentType } = whole;
    expect(sent[0]?.call).toMatchObject({ method, path, accept, contentType, conditions });
    expect(sent[0]?.call.parameters).toBe(query);
    expect(sent[0]?.call.rawBody).toBe(body);
  });

  it('has no body, type or conditions where there are none', async () => {
    const { sent, upstream } = world();
    await upstream.send(callOf(), request);
    for (const member of ['rawBody', 'body', 'contentType', 'conditions', 'query']) {
      expect(sent[0]?.call).not.toHaveProperty(member);
    }
  });

  it.each(['send', 'open'] as const)('is made as who is told, and noted so (%s)', async (how) => {
    const { sent, upstream } = world();
    const [own, others] = [callOf({ as: 'self' }), callOf()];
    await upstream[how](own, request);
    await upstream[how](others, request);
    expect(sent.map(({ as }) => as)).toEqual(['self', others.ctx.principal]);
    const made = how === 'send' ? 'forward' : 'open';
    expect(sent.map((one) => one.how)).toEqual([made, made]);
    expect([own.trace, others.trace]).toEqual([
      { plane: 'self', upstreamIds: ['id-1'] },
      { plane: 'caller', upstreamIds: ['id-2'] },
    ]);
  });

  it.each([
    ['GET', 'none'],
    ['POST', 'write'],
    ['PUT', 'write'],
    ['PATCH', 'write'],
    ['DELETE', 'write'],
  ] as const)('may be repeated where it has no effect, and never else (%s)', async (...row) => {
    const [method, effect] = row;
    const { sent, upstream } = world();
    await upstream.send(callOf(), { ...request, method });
    await upstream.send(callOf({ as: 'self' }), { ...request, method });
    expect(sent.map(({ call }) => call.effect)).toEqual([effect, effect]);
  });

  it('that is opened ends as the call says, else with its context and the time of a list', async () => {
    const { sent, upstream } = world();
    const [call, context] = [new AbortController().signal, new AbortController().signal];
    const ctx = callContext({ signal: context });
    await upstream.open(callOf({ ctx, signal: call, timeoutMs: 7 }), request);
    await upstream.open(callOf({ ctx }), request);
    const ends = sent.map(({ call: { signal, timeoutMs } }) => [signal, timeoutMs]);
    expect(ends[0]?.[0]).toBe(call);
    expect(ends[1]?.[0]).toBe(context);
    expect(ends.map(([, timeoutMs]) => timeoutMs)).toEqual([7, limits.kubectlListMsMax]);
  });
});
