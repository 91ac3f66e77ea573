import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { buildEvent } from '../../../../src/audit/domain/build-event.js';
import { limits } from '../../../../src/core/limits.js';
import { Principal } from '../../../../src/core/principal.js';
import { callContext, eventOf, principal } from '../audit-builders.js';

/** Ids of calls to the cluster, as long as they are. */
const manyIds = (count: number) =>
  Array.from({ length: count }, (_, index) => String(index).padStart(36, '0'));

describe('an audit event', () => {
  it('is a Kubernetes Event at level Metadata with our facts as annotations', () => {
    const event = eventOf({
      ctx: { auditId: 'a-1', parentId: 'p-1', changeReason: 'leak', requestUri: '/v1/x?token=t#f' },
      facts: { keys: ['password', 'user'], version: 3 },
      result: { plane: 'broker', upstreamIds: ['u-1', 'u-2'], decisionReason: 'RBAC: allowed' },
    });
    expect(event).toEqual({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: 'a-1',
      stage: 'ResponseComplete',
      requestURI: '/v1/x',
      verb: 'get',
      user: { username: 'alice', groups: ['dev', 'system:authenticated'] },
      sourceIPs: ['10.0.0.1'],
      userAgent: 'curl/8.5.0',
      objectRef: { resource: 'secrets', namespace: 'pay', name: 'db', apiVersion: 'v1' },
      responseStatus: { code: 200 },
      requestReceivedTimestamp: '2026-01-02T03:04:05.678000Z',
      stageTimestamp: '2026-01-02T03:04:05.681000Z',
      annotations: {
        'sallyport.dev/action': 'secrets.reveal',
        'sallyport.dev/keys': 'password,user',
        'sallyport.dev/version': '3',
        'sallyport.dev/plane': 'broker',
        'sallyport.dev/parent-id': 'p-1',
        'sallyport.dev/reason': 'leak',
        'sallyport.dev/credential-id': 'oidc:alice',
        'sallyport.dev/outcome': 'allowed',
        'sallyport.dev/upstream-ids': 'u-1,u-2',
        'authorization.k8s.io/decision': 'allow',
        'authorization.k8s.io/reason': 'RBAC: allowed',
      },
    });
  });

  it('says of an intent neither status nor outcome', () => {
    const event = eventOf({ stage: 'intent' });
    expect(event.stage).toBe('RequestReceived');
    expect(event.responseStatus).toBeUndefined();
    expect(Object.keys(event.annotations)).not.toContain('sallyport.dev/outcome');
  });

  it('words a denial as the authoriser did, and a failure by its code', () => {
    const denied = eventOf({ result: { outcome: 'denied', code: 403, decisionReason: 'no rule' } });
    expect(denied.annotations).toMatchObject({
      'authorization.k8s.io/decision': 'forbid',
      'authorization.k8s.io/reason': 'no rule',
    });
    const failed = eventOf({
      result: { outcome: 'failed', code: 404, decisionReason: 'NotFound' },
    });
    expect(failed.responseStatus).toEqual({ code: 404, reason: 'NotFound' });
    expect(failed.annotations).not.toHaveProperty(['authorization.k8s.io/decision']);
  });

  it('names an unknown caller as Kubernetes does', () => {
    const event = buildEvent({
      caller: { auditId: 'a', sourceIp: '10.0.0.9', requestUri: '/v1/secrets' },
      facts: { action: 'auth.refused' },
      stage: 'single',
      result: { outcome: 'denied', code: 401, plane: 'none', upstreamIds: [] },
      receivedAtMs: 0,
      nowMs: 0,
    });
    expect(event.user).toEqual({
      username: 'system:anonymous',
      groups: ['system:unauthenticated'],
    });
    expect(event).not.toHaveProperty('objectRef');
  });

  it('stays within 64 KiB whatever the caller sends, and counts what it cuts', () => {
    const wide = '"\\'.repeat(120);
    const groups = Array.from({ length: 250 }, (_, i) => `${wide}${i}`);
    const whole = Principal.forUser({
      username: wide,
      uid: wide,
      groups,
      extra: Object.fromEntries(groups.map((group, i) => [`e.io/${i}`, [group, group]])),
      kind: 'token',
      credentialId: wide.repeat(10),
      token: { id: wide, owner: wide, description: '\u0001'.repeat(256), scope: {} },
    });
    const controls = '\u0001'.repeat(20_000);
    const event = eventOf({
      ctx: {
        principal: whole,
        userAgent: controls,
        requestUri: controls,
        changeReason: controls,
        sourceIp: controls,
      },
      facts: {
        namespace: controls,
        secret: controls,
        keys: Array.from({ length: 5_000 }, (_, i) => `${'k'.repeat(240)}${i}`),
      },
      result: { decisionReason: controls, upstreamIds: manyIds(5_000) },
    });
    const json = JSON.stringify(event);
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(limits.auditEventBytesMax);
    expect(event.annotations['sallyport.dev/keys-count']).toBe('5000');
    expect(event.annotations['sallyport.dev/groups-count']).toBe('251');
  });

  it('lists every call of a list that takes a thousand of them, for the cluster reports each', () => {
    const upstreamIds = manyIds(1_000);
    const { annotations } = eventOf({ facts: { action: 'secrets.list' }, result: { upstreamIds } });
    expect(annotations['sallyport.dev/upstream-ids']?.split(',')).toEqual(upstreamIds);
  });

  it('writes no control character as itself', () => {
    const json = JSON.stringify(eventOf({ ctx: { userAgent: 'a\r\nb\u001b[31m' } }));
    // oxlint-disable-next-line no-control-regex
    expect(json).not.toMatch(/[\u0000-\u001f]/);
  });

  it('counts, and does not repeat, a key name that Kubernetes could not store', () => {
    const { annotations } = eventOf({ facts: { keys: ['ok', 'hunter2, really'] } });
    expect(annotations['sallyport.dev/keys']).toBe('ok');
    expect(annotations['sallyport.dev/keys-count']).toBe('2');
  });

  it('says of a token as whom it acts and until when, within 64 KiB', () => {
    const expiresAt = '2026-01-02T04:04:05.678Z';
    const grant = { actsAs: 'bob', groups: ['a,b', 'ops'], expiresAt };
    const { annotations } = eventOf({ facts: { action: 'tokens.create', token: 't', grant } });
    expect(annotations).toMatchObject({
      'sallyport.dev/acts-as': 'bob',
      'sallyport.dev/acts-as-groups': '["a,b","ops"]',
      'sallyport.dev/expires-at': expiresAt,
    });
    expect(annotations).not.toHaveProperty(['sallyport.dev/acts-as-groups-count']);
    const wide = Array.from({ length: 250 }, (_, i) => `${'"\\'.repeat(120)}${i}`);
    const keys = Array.from({ length: 5_000 }, (_, i) => `${'k'.repeat(240)}${i}`);
    const controls = '\u0001'.repeat(20_000);
    const minting = { id: controls, description: controls, owner: wide[0] ?? '', scope: {} };
    const names = Array.from({ length: 1_000 }, () => 'n');
    const tokenScope = { namespaces: names, secrets: names, keys: names, actions: names };
    const cut = eventOf({
      ctx: {
        principal: Principal.forUser({
          ...{ username: wide[0] ?? '', uid: wide[0] ?? '', groups: wide, kind: 'token' },
          ...{ credentialId: controls, token: minting },
          extra: Object.fromEntries(wide.map((text, i) => [`e.io/${i}`, [text]])),
        }),
        ...{ requestUri: controls, userAgent: controls, changeReason: controls },
        sourceIp: controls,
      },
      facts: {
        ...{ keys, token: controls, namespace: controls, secret: controls },
        grant: { actsAs: wide[0] ?? '', groups: wide, expiresAt },
        tokenScope: { ...tokenScope, cidrs: names },
      },
      result: { decisionReason: controls, upstreamIds: manyIds(5_000) },
    });
    expect(cut.annotations['sallyport.dev/acts-as-groups-count']).toBe('250');
    expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThanOrEqual(limits.auditEventBytesMax);
  });

  it('does not take members over from its context', () => {
    const ctx = { ...callContext(), principal: principal(), stringData: { password: 'hunter2' } };
    expect(JSON.stringify(eventOf({ ctx }))).not.toContain('hunter2');
  });
});

describe('an audit event of a call made as somebody else', () => {
  const carol = Principal.forUser({
    ...{ username: 'carol', uid: 'u1', groups: ['ops'], extra: { 'example.org/team': ['x'] } },
    ...{ kind: 'oidc', credentialId: 'oidc:alice' },
  });

  it('names both, each as Kubernetes does, and the credential of who called', () => {
    const event = eventOf({ ctx: { principal: carol, impersonator: principal() } });
    expect(event.user).toEqual({ username: 'alice', groups: ['dev', 'system:authenticated'] });
    expect(event.impersonatedUser).toEqual({
      username: 'carol',
      uid: 'u1',
      groups: ['ops', 'system:authenticated'],
      extra: { 'example.org/team': ['x'] },
    });
    expect(event.annotations).toMatchObject({
      'sallyport.dev/credential-id': 'oidc:alice',
      'sallyport.dev/marks': 'impersonated',
    });
  });

  it('keeps its other marks', () => {
    const ctx = { principal: carol, impersonator: principal() };
    const { annotations } = eventOf({ ctx, facts: { dryRun: true } });
    expect(annotations['sallyport.dev/marks']).toBe('dry-run,impersonated');
  });

  it('names who minted the token of who called', () => {
    const token = { id: 't1', owner: 'bob', description: 'ci', scope: {} };
    const named = (username: string) =>
      Principal.forUser({ username, kind: 'token', credentialId: 'sp:t1', token });
    const { annotations } = eventOf({
      ctx: { principal: principal('carol'), impersonator: named('alice') },
    });
    expect(annotations).toMatchObject({
      'sallyport.dev/token-id': 't1',
      'sallyport.dev/token-description': 'ci',
      'sallyport.dev/token-owner': 'bob',
    });
  });

  it('is of a call of nobody else without an impersonator', () => {
    const event = eventOf({ ctx: { principal: carol } });
    expect(event).not.toHaveProperty('impersonatedUser');
    expect(event.annotations).not.toHaveProperty(['sallyport.dev/marks']);
  });

  it('stays within 64 KiB whatever both are, and counts what it cuts of each', () => {
    const wide = '"\\'.repeat(120);
    const groups = Array.from({ length: 250 }, (_, i) => `${wide}${i}`);
    const widest = (count: number) =>
      Principal.forUser({
        ...{ username: wide, uid: wide, groups: groups.slice(0, count) },
        extra: Object.fromEntries(groups.map((group, i) => [`e.io/${i}`, [group, group]])),
        ...{ kind: 'token', credentialId: wide.repeat(10) },
        token: { id: wide, owner: wide, description: '\u0001'.repeat(256), scope: {} },
      });
    const controls = '\u0001'.repeat(20_000);
    const event = eventOf({
      ctx: {
        ...{ principal: widest(250), impersonator: widest(249), userAgent: controls },
        ...{ requestUri: controls, changeReason: controls, sourceIp: controls },
      },
      facts: {
        ...{ namespace: controls, secret: controls },
        keys: Array.from({ length: 5_000 }, (_, i) => `${'k'.repeat(240)}${i}`),
      },
      result: { decisionReason: controls, upstreamIds: manyIds(5_000) },
    });
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(limits.auditEventBytesMax);
    expect(event.annotations).toMatchObject({
      'sallyport.dev/groups-count': '250',
      'sallyport.dev/impersonated-groups-count': '251',
    });
  });
});
